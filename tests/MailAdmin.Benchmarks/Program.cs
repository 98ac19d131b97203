using MailAdmin.Benchmarks;

// dotnet run -c Release --project tests/MailAdmin.Benchmarks -- BENCHMARK
switch (args)
{
    case ["import", .. var rest]:
        return await ImportBenchmark.RunAsync(rest is [var pairs] ? int.Parse(pairs, System.Globalization.CultureInfo.InvariantCulture) : 11);
    case ["requests"]:
        return await RequestsBenchmark.RunAsync();
    default:
        Console.Error.WriteLine("""
            usage: dotnet run -c Release --project tests/MailAdmin.Benchmarks -- BENCHMARK

              import [PAIRS]    what importing the packed module adds to a bare start of pwsh
              requests          what receiving over Graph asks of the service, and what a slow network costs
            """);
        return 2;
}
