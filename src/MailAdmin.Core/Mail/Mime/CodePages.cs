using System.Runtime.CompilerServices;
using System.Text;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>Registers the charsets that .NET leaves out by default: KOI8-R, ISO-2022-JP, windows-1251, and others.</summary>
internal static class CodePages
{
    // MimeKit looks its encodings up once, at its first use, and MailKit uses it too: an IMAP session that came before the
    // registration would read every such charset as Latin-1 for as long as the process lives. A module's initializer runs
    // before any other code of the assembly, and so before anything of ours can reach MimeKit.
#pragma warning disable CA2255 // It changes nothing that an application could want otherwise: more charsets are known.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Register() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
}
