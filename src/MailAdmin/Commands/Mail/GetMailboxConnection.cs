using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Connections;

namespace MailAdmin.Commands.Mail;

/// <summary>Gets saved mailbox connections, including any secrets stored in a vault.</summary>
[Cmdlet(VerbsCommon.Get, "MailboxConnection")]
[OutputType(typeof(MailboxConnection))]
public sealed class GetMailboxConnection : SavedConnectionCmdlet
{
    /// <summary>Specifies the names of the connections.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ConnectionNameCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Specifies the secret or access token, for connections whose secret isn't stored.</summary>
    [Parameter]
    public SecureString? ClientSecret { get; set; }

    /// <summary>
    /// Specifies the certificate with its private key, for connections whose certificate isn't in the personal store of the user
    /// or computer.
    /// </summary>
    [Parameter]
    public X509Certificate2? Certificate { get; set; }

    /// <summary>Uses a file of -Path that another user wrote, without a prompt.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessAsync()
    {
        var file = OpenFile();
        var all = file.Read();
        foreach (var name in Name)
        {
            var pattern = Wildcards.Of(name);
            var found = all.Where(c => pattern.IsMatch(c.Name)).ToArray();
            if (found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
            {
                WriteFailure(NotSaved(name), name);
            }

            foreach (var saved in found)
            {
                if (!saved.IsBound && ClientSecret is null)
                {
                    WriteFailure(NotBound(saved), saved.Name);
                    continue;
                }

                if (UsesWhatIsKept(saved) && !MayUse(file, saved))
                {
                    WriteFailure(NotTrusted(saved), saved.Name);
                    continue;
                }

                WriteObject(saved.Open(Contexts.Here.DefaultSession, SecretOf(saved), CertificateOf(saved)));
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Whether a connection takes a secret, a certificate, or a sign-in that this user has kept somewhere.</summary>
    private bool UsesWhatIsKept(SavedConnection saved) =>
        (ClientSecret is null && saved.Vault is not null) || (Certificate is null && saved.CertificateThumbprint is not null)
        || saved.TokenCache is not null;

    /// <summary>
    /// Returns whether the file can be used. Another user's file could make it act in another mailbox, so it prompts once, and
    /// again after each change of the file.
    /// </summary>
    private bool MayUse(ConnectionFile file, SavedConnection saved)
    {
        if (Force || file.IsTrusted)
        {
            return true;
        }

        try
        {
            var isTrusted = ShouldContinue(
                $"'{Path}' wasn't written by Save-MailboxConnection on this computer, or has changed since. '{saved.Name}' and "
                    + "its other connections use secrets, certificates, or sign-ins that you saved. Do you trust the file?",
                "Trust the connections file?");
            if (isTrusted)
            {
                file.Trust();
            }

            return isTrusted;
        }
        catch (Exception e) when (e is not PipelineStoppedException)
        {
            // A prompt isn't possible here. Each host throws its own exception, one even a NullReferenceException.
            WriteVerbose(e.Message);
            return false;
        }
    }

    internal static InvalidRequestException NotSaved(string name) =>
        new("ConnectionNotSaved", $"No connection named '{name}' was found.")
    {
        Target = name,
        Advice = "To list the connections, run Get-MailboxConnection. To save one, run Save-MailboxConnection.",
    };

    private static InvalidRequestException NotBound(SavedConnection saved) =>
        new("SecretNotBound", $"The connection '{saved.Name}' uses the secret '{saved.VaultSecret}', which wasn't "
            + $"saved for its {(saved.Server is null ? $"app {saved.ClientId}" : $"server {saved.Server}")}.")
    {
        Target = saved.Name,
        Advice = "If you trust the connection, specify its secret with -ClientSecret, and save it again with "
            + "Save-MailboxConnection.",
    };

    private InvalidRequestException NotTrusted(SavedConnection saved) =>
        new("ConnectionFileNotTrusted", $"'{Path}' wasn't written by Save-MailboxConnection on this computer, or has "
            + $"changed since. '{saved.Name}' uses a secret, a certificate, or a sign-in that you saved.")
    {
        Target = saved.Name,
        Advice = "Check the file. To use it, run the command again with -Force, or at a prompt.",
    };

    private SecureString? SecretOf(SavedConnection saved)
    {
        if (ClientSecret is not null || saved.Credential is not ("ClientSecret" or "AccessToken"))
        {
            return saved.Credential is "ClientSecret" or "AccessToken" or "None" ? ClientSecret : null;
        }

        if (VaultOf(saved) is not { } place)
        {
            WriteWarning($"The secret of '{saved.Name}' isn't stored. Specify it with -ClientSecret.");
            return null;
        }

        try
        {
            place.Check();
        }
        catch (InvalidRequestException e)
        {
            WriteWarning($"{e.Message} The connection '{saved.Name}' has no secret. Specify it with -ClientSecret.");
            return null;
        }

        if (place.Held is null)
        {
            WriteWarning($"The secret {place} wasn't found. Specify the secret of '{saved.Name}' with -ClientSecret.");
        }

        return place.Held;
    }

    private X509Certificate2? CertificateOf(SavedConnection saved)
    {
        if (saved.CertificateThumbprint is not { } thumbprint)
        {
            return null;
        }

        if (Certificate is not null)
        {
            return Certificate;
        }

        try
        {
            return CertificateStore.Find(thumbprint, WriteVerbose);
        }
        catch (InvalidRequestException e)
        {
            WriteWarning($"{e.Message} Specify the certificate of '{saved.Name}' with -Certificate.");
            return null;
        }
    }
}
