using System.Runtime.CompilerServices;
using System.Text;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>Registers the charsets that .NET leaves out by default: KOI8-R, ISO-2022-JP, windows-1251, and others.</summary>
internal static class CodePages
{
    // MimeKit reads its encodings once, at its first use, and MailKit uses it too: an IMAP session before the registration would
    // read every such charset as Latin-1 for the lifetime of the process. A module initializer runs before any other code of the
    // assembly, and so before MailAdmin's code can use MimeKit.
#pragma warning disable CA2255 // It changes nothing that an application could want otherwise: more charsets are known.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Register() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
}
