using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Files;

namespace MailAdmin.Commands.App;

/// <summary>
/// Gives an app one more certificate to sign in with: a new one that is kept in a PFX file, or one that is there.
/// </summary>
[Cmdlet(VerbsCommon.New, "MailAppCertificate", SupportsShouldProcess = true)]
[OutputType(typeof(MailAppRegistration))]
[LeastPrivilege(Permission = "Application.ReadWrite.All", EntraRole = "Cloud Application Administrator")]
public sealed class NewMailAppCertificate : AppCmdlet
{
    /// <summary>
    /// A certificate to use instead of making one. Only its public part is uploaded; it may lack the private key.
    /// </summary>
    [Parameter]
    public X509Certificate2? Certificate { get; set; }

    /// <summary>A new PFX file for the certificate that is made.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Protects the PFX file.</summary>
    [Parameter]
    public SecureString? Password { get; set; }

    /// <summary>Months until the certificate that is made ends.</summary>
    [Parameter]
    [ValidateRange(1, 36)]
    public int Lifetime { get; set; } = 12;

    /// <summary>Bits of the RSA key of the certificate that is made.</summary>
    [Parameter]
    [ValidateSet("3072", "4096")]
    public int KeyLength { get; set; } = 3072;

    /// <summary>A file, or a folder, to write a calendar entry to that reminds of the certificate's end.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Reminder { get; set; }

    private protected override async Task ProcessAsync(MailAppRegistration app)
    {
        AppDirectory.OwnId(app);
        CheckReminder(Reminder);
        if (Certificate is null ? Path is null || Password is null : Path is not null || Password is not null)
        {
            throw new InvalidRequestException(
                "CertificateDestinationRequired",
                "Either a certificate is given, or one is made and needs a file and a password.")
            {
                Target = app.ClientId,
                Advice = "Give -Certificate alone, or -Path and -Password.",
            };
        }

        var certificates = new AppCertificates(Session);
        if (Certificate is not null)
        {
            certificates.Check(Certificate);
        }

        if (!ShouldProcess(
            app.ToString(),
            Certificate is null ? $"Make a certificate in '{Path}' and add it" : $"Add certificate {Certificate.Thumbprint}"))
        {
            return;
        }

        var certificate = Certificate ?? certificates.Make(app, Lifetime, KeyLength);
        var file = Certificate is null ? FullPath(Path!) : null;
        if (file is not null)
        {
            // Before it is uploaded: a certificate whose key is nowhere is of use to nobody.
            PrivateKeyFile.Write(file, certificate, Password!);
        }

        var result = await AddAsync(certificates, app, certificate, file);
        if (Reminder is not null)
        {
            WriteReminder(
                Reminder, result, CredentialKind.Certificate, await certificates.KeyIdAsync(app, certificate, StopToken),
                certificate.NotAfter.ToUniversalTime());
        }

        WritePending(result);
        WriteObject(result);
    }

    private async Task<MailAppRegistration> AddAsync(
        AppCertificates certificates, MailAppRegistration app, X509Certificate2 certificate, string? file)
    {
        try
        {
            return await certificates.AddAsync(app, certificate, StopToken);
        }
        catch (Exception e) when (file is not null && e is ServiceRefusedException or InvalidRequestException)
        {
            // It was refused, so the file that was just made holds the key of nothing. After a lost connection it may be of use.
            PrivateKeyFile.Remove(file!);
            throw;
        }
    }
}
