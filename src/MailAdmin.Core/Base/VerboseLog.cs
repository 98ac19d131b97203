namespace MailAdmin.Core.Base;

/// <summary>
/// What the library tells while it works (retries, waiting, request ids), for -Verbose. It flows with the call, not with the
/// session: whoever runs a command sees that command's story and no other's. Never a secret.
/// </summary>
internal static class VerboseLog
{
    private static readonly AsyncLocal<Action<string>?> Listener = new();

    /// <summary>From here on, in this call and those it makes, tell this listener. It is called on any thread.</summary>
    /// <param name="listener">Who listens; null for nobody.</param>
    public static void SetListener(Action<string>? listener) => Listener.Value = listener;

    internal static bool HasListener => Listener.Value is not null;

    internal static void Write(string sentence) => Listener.Value?.Invoke(sentence);
}
