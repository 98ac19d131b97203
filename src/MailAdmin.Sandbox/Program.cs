using System.Globalization;
using System.Runtime.InteropServices;
using MailAdmin.Sandbox;

// dotnet run --project src/MailAdmin.Sandbox -- tour [--mail FOLDER]
// dotnet run --project src/MailAdmin.Sandbox -- serve [--mail FOLDER] [--imap-port N] [--json]
using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

string? mail = null;
int port = 0;
bool json = false;
for (int i = 1; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--mail" when i + 1 < args.Length:
            mail = args[++i];
            break;
        case "--imap-port" when args[0] == "serve" && i + 1 < args.Length
            && int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= 65535:
            i++;
            break;
        case "--json" when args[0] == "serve":
            json = true;
            break;
        default:
            return Usage();
    }
}

return args is ["tour", ..] ? await new Tour(Console.Out, mail).RunAsync(stop.Token).ConfigureAwait(false)
    : args is ["serve", ..] ? await new Serve(Console.Out, mail, port, json).RunAsync(stop.Token).ConfigureAwait(false)
    : Usage();

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}

static int Usage()
{
    Console.Error.WriteLine("""
        usage: dotnet run --project src/MailAdmin.Sandbox -- tour [--mail FOLDER]
               dotnet run --project src/MailAdmin.Sandbox -- serve [--mail FOLDER] [--imap-port N] [--json]

          tour    goes the whole road on a sandbox tenant: registers an app, tests a mailbox, receives its
                  messages to disk and moves them away; with --mail on the .eml files of a folder of yours
          serve   lets any mail program on this machine into the tenant's mailboxes, over IMAP with TLS on
                  loopback: prints host, port, certificate and token, and runs until Ctrl+C
        """);
    return 2;
}
