using System.Text;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// The protocol as people read it. Commands come as <see cref="ImapCommand.ToString"/> gives them, without secrets, and what a
/// server repeats of a token is taken out; long lines are cut, literals are left out.
/// </summary>
internal sealed class ImapLog(Action<string> write)
{
    private const int LongestLine = 500;

    /// <summary>Writes a command.</summary>
    /// <param name="command">With its tag.</param>
    public void Client(ImapCommand command) => write($"C: {command.Tag} {Cut(command.ToString())}");

    /// <summary>Writes that a secret line was sent.</summary>
    public void ClientSecret() => write("C: ***");

    /// <summary>Writes a response.</summary>
    /// <param name="frame">Its text.</param>
    /// <param name="sasl">Knows the token.</param>
    public void Server(ReadOnlySpan<byte> frame, SaslMechanism? sasl)
    {
        var text = Encoding.UTF8.GetString(frame[..Math.Min(frame.Length, 16 * LongestLine)]);
        write($"S: {Cut(ConditionResponse.Printable(sasl?.Redact(text) ?? text).TrimEnd())}");
    }

    private static string Cut(string text) => text.Length <= LongestLine ? text : string.Concat(text.AsSpan(0, LongestLine), "...");
}
