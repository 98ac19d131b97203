using System.Collections.Concurrent;
using System.Security;

namespace MailAdmin.Core.Service;

/// <summary>Represents a client secret whose value the session has.</summary>
/// <param name="KeyId">Its ID at the app, by which Entra lists it.</param>
internal sealed record HeldSecret(Guid KeyId, SecureString Text);

/// <summary>The newest client secret of each app that a session made one for. Entra never returns the text again.</summary>
internal sealed class HeldSecrets
{
    private readonly ConcurrentDictionary<string, HeldSecret> _byClientId = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Stores a new secret, which replaces the previous one.</summary>
    public void Keep(string clientId, HeldSecret secret) => _byClientId[clientId] = secret;

    /// <summary>The secret of an app.</summary>
    /// <returns>Null when the session made none, or removed it.</returns>
    public HeldSecret? Of(string clientId) => _byClientId.GetValueOrDefault(clientId);

    /// <summary>Drops a secret that was removed from its app; another one of that app stays.</summary>
    public void Forget(string clientId, string keyId)
    {
        if (Of(clientId) is { } held && Guid.TryParse(keyId, out var id) && id == held.KeyId)
        {
            _byClientId.TryRemove(new(clientId, held));
        }
    }
}
