using MailAdmin.Benchmarks;

// dotnet run -c Release --project tests/MailAdmin.Benchmarks -- import
switch (args)
{
    case ["import", .. var rest]:
        return await ImportBenchmark.RunAsync(rest is [var pairs] ? int.Parse(pairs, System.Globalization.CultureInfo.InvariantCulture) : 11);
    default:
        Console.Error.WriteLine("""
            usage: dotnet run -c Release --project tests/MailAdmin.Benchmarks -- BENCHMARK

              import [PAIRS]    what importing the packed module adds to a bare start of pwsh
            """);
        return 2;
}
