using MailAdmin.Core.Apps;

namespace MailAdmin;

/// <summary>Stores a new secret before another step can fail: in a vault, with a reminder of its expiration.</summary>
/// <param name="vault">The vault; null for none.</param>
/// <param name="reminder">The file of the reminder; null for none.</param>
internal sealed class NewSecretPlace(SecretVault? vault, string? reminder)
{
    /// <summary>The secret of an earlier run.</summary>
    public System.Security.SecureString? Held => vault?.Held;

    /// <summary>Checks that it can be stored, before it's created.</summary>
    /// <exception cref="InvalidRequestException">It can't.</exception>
    public void Check()
    {
        if (reminder is not null)
        {
            CredentialReminder.Check(reminder);
        }

        vault?.Check();
    }

    /// <summary>Keeps a secret. A failure is reported, and ends nothing.</summary>
    public void Keep(MailAppRegistration app, DateTimeOffset now, Action<Exception, object?> report)
    {
        try
        {
            vault?.Keep(app);
            if (reminder is not null && app.SecretExpiresAt is { } end)
            {
                new CredentialReminder(app.Name, app.ClientId, CredentialKind.Secret, app.SecretId!, end).Write(reminder, now);
            }
        }
        catch (InvalidRequestException e)
        {
            report(e, app.ClientId);
        }
    }
}
