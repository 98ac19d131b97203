using System.Runtime.CompilerServices;
using System.Text;

namespace MailAdmin.Tenant.Mailboxes;

/// <summary>Registers the charsets of mail in .NET, before MimeKit reads them at its first use.</summary>
internal static class CodePages
{
#pragma warning disable CA2255 // It changes nothing that an application could want otherwise: more charsets are known.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Register() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
}
