namespace MailAdmin.Core.Base;

/// <summary>
/// Messages of the library for -Verbose and -Debug: retries, waiting, and requests, without secrets. Flows with the async
/// call (AsyncLocal), so each command gets only its own messages.
/// </summary>
internal static class VerboseLog
{
    private static readonly AsyncLocal<(Action<LogKind, string> Tell, bool WithBodies)?> Listener = new();

    /// <summary>Sets the listener for this call and its inner calls. It's called on any thread.</summary>
    /// <param name="listener">The listener; null for none.</param>
    /// <param name="withBodies">Whether it also receives the contents of requests and responses.</param>
    public static void SetListener(Action<LogKind, string>? listener, bool withBodies = false) =>
        Listener.Value = listener is null ? null : (listener, withBodies);

    internal static bool HasListener => Listener.Value is not null;

    internal static bool WantsBodies => Listener.Value is { WithBodies: true };

    internal static void Write(string sentence) => Write(LogKind.Sentence, sentence);

    internal static void Write(LogKind kind, string text) => Listener.Value?.Tell(kind, text);
}

/// <summary>The kind of message.</summary>
internal enum LogKind
{
    /// <summary>The current operation.</summary>
    Sentence,

    /// <summary>A request with its response, in one line.</summary>
    Request,

    /// <summary>The content of a request or response.</summary>
    Body,
}
