using MailAdmin.Sandbox;

// dotnet run --project src/MailAdmin.Sandbox -- tour [--mail FOLDER]
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

switch (args)
{
    case ["tour"]:
        return await new Tour(Console.Out, null).RunAsync(stop.Token).ConfigureAwait(false);
    case ["tour", "--mail", var folder]:
        return await new Tour(Console.Out, folder).RunAsync(stop.Token).ConfigureAwait(false);
    default:
        Console.Error.WriteLine("""
            usage: dotnet run --project src/MailAdmin.Sandbox -- tour [--mail FOLDER]

              tour    goes the whole road on a sandbox tenant: registers an app, tests a mailbox, receives its
                      messages to disk and moves them away; with --mail on the .eml files of a folder of yours
            """);
        return 2;
}
