namespace MailAdmin;

/// <summary>
/// Represents the mailbox that a parameter specifies: by an address, a user principal name, or an ID, or by an object of
/// Get-Mailbox, Get-EXOMailbox, Get-MgUser, or this module.
/// </summary>
public sealed class MailboxReference
{
    internal MailboxReference(string text, bool isRefused = false) => (_text, _isRefused) = (text, isRefused);

    private readonly string _text;
    private readonly bool _isRefused;

    /// <summary>The given text; for an object, the first property that identifies the mailbox.</summary>
    /// <exception cref="InvalidRequestException">The object names no mailbox (InputNotAccepted).</exception>
    internal string Text => !_isRefused ? _text : throw new InvalidRequestException(
        "InputNotAccepted", $"Can't use '{_text}' as a mailbox because it has no address, or is a message or a folder.")
    {
        Target = _text,
        Advice = "Specify an address, a user principal name, or an object of Get-Mailbox, Get-EXOMailbox, or Get-MgUser.",
    };

    /// <summary>The object ID in Entra; null if it's unknown.</summary>
    internal string? Id { get; init; }

    /// <summary>The primary address; null if it's unknown.</summary>
    internal string? PrimarySmtpAddress { get; init; }

    /// <inheritdoc/>
    public override string ToString() => _text;
}
