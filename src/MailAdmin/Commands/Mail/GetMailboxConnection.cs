using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Connections;

namespace MailAdmin.Commands.Mail;

/// <summary>Brings saved connections back, with their secrets where a vault has them.</summary>
[Cmdlet(VerbsCommon.Get, "MailboxConnection")]
[OutputType(typeof(MailboxConnection))]
public sealed class GetMailboxConnection : SavedConnectionCmdlet
{
    /// <summary>Which, wildcards allowed; all when left out.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ConnectionNameCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <summary>The secret, or access token, for connections whose secret is kept nowhere.</summary>
    [Parameter]
    public SecureString? ClientSecret { get; set; }

    /// <summary>The certificate with its private key, for connections whose certificate is not in the personal store.</summary>
    [Parameter]
    public X509Certificate2? Certificate { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessAsync()
    {
        var all = OpenFile().Read();
        foreach (var name in Name)
        {
            var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
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

                WriteObject(saved.Open(Contexts.Here.DefaultSession, SecretOf(saved), CertificateOf(saved)));
            }
        }

        return Task.CompletedTask;
    }

    internal static InvalidRequestException NotSaved(string name) =>
        new("ConnectionNotSaved", $"No connection is saved as '{name}'.")
    {
        Target = name,
        Advice = "Get-MailboxConnection without a name lists them; Save-MailboxConnection saves one.",
    };

    private static InvalidRequestException NotBound(SavedConnection saved) =>
        new("SecretNotBound", $"The connection '{saved.Name}' names the secret '{saved.VaultSecret}', which wasn't saved for its "
            + $"{(saved.Server is null ? $"app {saved.ClientId}" : $"server {saved.Server}")}.")
    {
        Target = saved.Name,
        Advice = "If you trust the connection, specify its secret with -ClientSecret and save it again with "
            + "Save-MailboxConnection.",
    };

    private SecureString? SecretOf(SavedConnection saved)
    {
        if (ClientSecret is not null || saved.Credential is not ("ClientSecret" or "AccessToken"))
        {
            return saved.Credential is "ClientSecret" or "AccessToken" or "None" ? ClientSecret : null;
        }

        if (VaultOf(saved) is not { } place)
        {
            WriteWarning($"The secret of '{saved.Name}' is kept nowhere: give it with -ClientSecret.");
            return null;
        }

        try
        {
            place.Check();
        }
        catch (InvalidRequestException e)
        {
            WriteWarning($"{e.Message} The connection '{saved.Name}' has no secret: give it with -ClientSecret.");
            return null;
        }

        if (place.Held is null)
        {
            WriteWarning($"There is no secret {place}: give the one of '{saved.Name}' with -ClientSecret.");
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
            WriteWarning($"{e.Message} Give the one of '{saved.Name}' with -Certificate.");
            return null;
        }
    }
}
