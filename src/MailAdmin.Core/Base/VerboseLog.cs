namespace MailAdmin.Core.Base;

/// <summary>
/// What the library tells while it works (retries, waiting, requests), for -Verbose and -Debug. It flows with the call, not with
/// the session: whoever runs a command sees that command's story and no other's. Never a secret.
/// </summary>
internal static class VerboseLog
{
    private static readonly AsyncLocal<(Action<LogKind, string> Tell, bool WithBodies)?> Listener = new();

    /// <summary>From here on, in this call and those it makes, tell this listener. It is called on any thread.</summary>
    /// <param name="listener">Who listens; null for nobody.</param>
    /// <param name="withBodies">Whether it wants what requests and answers contain, too.</param>
    public static void SetListener(Action<LogKind, string>? listener, bool withBodies = false) =>
        Listener.Value = listener is null ? null : (listener, withBodies);

    internal static bool HasListener => Listener.Value is not null;

    internal static bool WantsBodies => Listener.Value is { WithBodies: true };

    internal static void Write(string sentence) => Write(LogKind.Sentence, sentence);

    internal static void Write(LogKind kind, string text) => Listener.Value?.Tell(kind, text);
}

/// <summary>What is told.</summary>
internal enum LogKind
{
    /// <summary>What is being done.</summary>
    Sentence,

    /// <summary>A request and how it was answered, in a line.</summary>
    Request,

    /// <summary>The content of a request or an answer.</summary>
    Body,
}
