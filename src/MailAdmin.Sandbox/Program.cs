using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using MailAdmin.Sandbox;

// dotnet run --project src/MailAdmin.Sandbox -- tour [--mail FOLDER]
// dotnet run --project src/MailAdmin.Sandbox -- serve [--mail FOLDER] [--tenant FILE]
//     [--https-port N] [--imap-port N] [--smtp-port N] [--json]
if (OperatingSystem.IsWindows())
{
    // The console's own code page has no "→", and not every letter of a subject.
    Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
}

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

string? mail = null, tenant = null;
int httpsPort = 0, imapPort = 0, smtpPort = 0;
var json = false;
for (var i = 1; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--mail" when i + 1 < args.Length:
            mail = args[++i];
            break;
        case "--tenant" when args[0] == "serve" && i + 1 < args.Length:
            tenant = args[++i];
            break;
        case "--https-port" when args[0] == "serve" && i + 1 < args.Length && TryPort(args[i + 1], out httpsPort):
        case "--imap-port" when args[0] == "serve" && i + 1 < args.Length && TryPort(args[i + 1], out imapPort):
        case "--smtp-port" when args[0] == "serve" && i + 1 < args.Length && TryPort(args[i + 1], out smtpPort):
            i++;
            break;
        case "--json" when args[0] == "serve":
            json = true;
            break;
        default:
            return Usage();
    }
}

return args switch
{
    ["tour", ..] => await new Tour(Console.Out, mail).RunAsync(stop.Token).ConfigureAwait(false),
    ["serve", ..] => await new Serve(Console.Out, new ServeOptions(mail, httpsPort, imapPort, smtpPort, json)
        { TenantFile = tenant })
        .RunAsync(stop.Token).ConfigureAwait(false),
    _ => Usage(),
};

static bool TryPort(string text, out int port) =>
    int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= ushort.MaxValue;

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}

static int Usage()
{
    Console.Error.WriteLine("""
        usage: dotnet run --project src/MailAdmin.Sandbox -- tour [--mail FOLDER]
               dotnet run --project src/MailAdmin.Sandbox -- serve [--mail FOLDER] [--tenant FILE.json]
                                                                   [--https-port N] [--imap-port N] [--smtp-port N] [--json]

          tour    goes the whole road on a sandbox tenant: registers an app, tests a mailbox, receives its
                  messages to disk and moves them away; with --mail on the .eml files of a folder of yours
          serve   lets other programs on this machine into the tenant, on loopback: Entra and Graph over HTTPS,
                  the mailboxes over IMAP and SMTP with TLS; prints addresses, certificate and credentials, and
                  runs until Ctrl+C; with --tenant it is the tenant that a description says
        """);
    return 2;
}
