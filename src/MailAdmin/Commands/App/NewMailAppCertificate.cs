using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Files;

namespace MailAdmin.Commands.App;

/// <summary>Creates a certificate for an app in a PFX file or store, or adds an existing certificate to it.</summary>
[Cmdlet(VerbsCommon.New, "MailAppCertificate", SupportsShouldProcess = true)]
[OutputType(typeof(MailAppRegistration))]
[LeastPrivilege(Permission = "Application.ReadWrite.All", EntraRole = "Cloud Application Administrator")]
public sealed class NewMailAppCertificate : AppCmdlet
{
    /// <summary>Specifies an existing certificate.</summary>
    [Parameter]
    public X509Certificate2? Certificate { get; set; }

    /// <summary>Specifies a new PFX file for the certificate.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Specifies the password of the PFX file.</summary>
    [Parameter]
    public SecureString? Password { get; set; }

    /// <summary>
    /// Specifies the personal certificate store for the new certificate and its private key, instead of a file.
    /// </summary>
    [Parameter]
    public StoreLocation? StoreLocation { get; set; }

    /// <summary>Allows the private key to be exported from the store. By default, it can't be.</summary>
    [Parameter]
    public SwitchParameter Exportable { get; set; }

    /// <summary>Specifies the number of months until the certificate expires.</summary>
    [Parameter]
    [ValidateRange(1, 36)]
    public int Lifetime { get; set; } = 12;

    /// <summary>Specifies the length of the RSA key in bits.</summary>
    [Parameter]
    [ValidateSet("3072", "4096")]
    public int KeyLength { get; set; } = 3072;

    /// <summary>Specifies a .ics file, or an existing folder, for a calendar entry.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Reminder { get; set; }

    private protected override async Task ProcessAsync(MailAppRegistration app)
    {
        AppDirectory.OwnId(app);
        CheckReminder(Reminder);
        if ((Certificate is not null, Path is not null, Password is not null, StoreLocation is not null)
            is not ((true, false, false, false) or (false, true, true, false) or (false, false, false, true)))
        {
            throw new InvalidRequestException(
                "CertificateDestinationRequired",
                "A new certificate requires one destination for its private key: a file with a password, or a "
                    + "certificate store.")
            {
                Target = app.ClientId,
                Advice = "Use -Path and -Password, or -StoreLocation. To add an existing certificate, use only -Certificate.",
            };
        }

        var certificates = new AppCertificates(Session);
        if (Certificate is not null)
        {
            certificates.Check(Certificate);
        }

        if (!ShouldProcess(
            app.ToString(),
            Certificate is not null ? $"Add certificate {Certificate.Thumbprint}"
            : $"Create a certificate in '{Path ?? $"Cert:/{StoreLocation}/My"}' and add it"))
        {
            return;
        }

        var certificate = Certificate ?? certificates.Make(app, Lifetime, KeyLength);
        // Before the upload, because a certificate without a stored key can't be used.
        var result = await AddAsync(certificates, app, certificate, Keep(certificate));
        if (Reminder is not null)
        {
            WriteReminder(
                Reminder, result, CredentialKind.Certificate, await certificates.KeyIdAsync(app, certificate, StopToken),
                certificate.NotAfter.ToUniversalTime());
        }

        WritePending(result);
        WriteObject(result);
    }

    /// <summary>Keeps a new certificate with its private key.</summary>
    /// <returns>Takes it away again; null for a certificate that was there before.</returns>
    private Action? Keep(X509Certificate2 certificate)
    {
        if (StoreLocation is { } location)
        {
            CertificateStore.Add(certificate, location, Exportable);
            return () => CertificateStore.Remove(certificate, location);
        }

        if (Path is null)
        {
            return null;
        }

        var file = FullPath(Path);
        PrivateKeyFile.Write(file, certificate, Password!);
        return () => PrivateKeyFile.Remove(file);
    }

    private async Task<MailAppRegistration> AddAsync(
        AppCertificates certificates, MailAppRegistration app, X509Certificate2 certificate, Action? takeBack)
    {
        try
        {
            return await certificates.AddAsync(app, certificate, StopToken);
        }
        catch (Exception e) when (e is ServiceRefusedException or InvalidRequestException)
        {
            // The upload was refused, so the new certificate is unused. After a lost connection, it might be in use.
            takeBack?.Invoke();
            throw;
        }
    }
}
