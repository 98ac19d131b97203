using System.Collections.Concurrent;
using System.Security;

namespace MailAdmin.Core.Service;

/// <summary>Represents a client secret whose value the session has.</summary>
/// <param name="KeyId">Its ID at the app, by which Entra lists it.</param>
internal sealed record HeldSecret(Guid KeyId, SecureString Text);

/// <summary>Stores the newest client secret that a session created for each app. Entra never returns the value again.</summary>
internal sealed class HeldSecrets
{
    private readonly ConcurrentDictionary<string, HeldSecret> _byClientId = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Stores a new secret, which replaces the previous one.</summary>
    public void Keep(string clientId, HeldSecret secret) => _byClientId[clientId] = secret;

    /// <summary>The secret of an app.</summary>
    /// <returns>Null if the session created none, or removed it.</returns>
    public HeldSecret? Of(string clientId) => _byClientId.GetValueOrDefault(clientId);

    /// <summary>Removes a secret that was removed from its app. Another secret of the app is kept.</summary>
    public void Forget(string clientId, string keyId)
    {
        if (Of(clientId) is { } held && Guid.TryParse(keyId, out var id) && id == held.KeyId)
        {
            _byClientId.TryRemove(new(clientId, held));
        }
    }
}
