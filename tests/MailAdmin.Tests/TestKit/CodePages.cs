using System.Runtime.CompilerServices;
using System.Text;

namespace MailAdmin.Tests.TestKit;

// A test may be the first in the process that uses MimeKit, before anything of Core did: see Core's CodePages.
internal static class CodePages
{
    [ModuleInitializer]
    internal static void Register() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
}
