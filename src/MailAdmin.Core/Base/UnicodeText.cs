using System.Text;

namespace MailAdmin.Core.Base;

/// <summary>
/// Checks that text is valid Unicode. PowerShell strings and names in JSON can contain half of a surrogate pair, which can't
/// be sent as UTF-8.
/// </summary>
internal static class UnicodeText
{
    /// <summary>Whether each surrogate has its counterpart.</summary>
    public static bool Is(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var used) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            text = text[used..];
        }

        return true;
    }

    /// <summary>Accepts valid text.</summary>
    /// <returns>The text.</returns>
    /// <exception cref="InvalidRequestException">It isn't Unicode (InvalidIdentifier).</exception>
    public static string Check(string text) => Is(text) ? text
        : throw new InvalidRequestException("InvalidIdentifier", "The text contains half of a Unicode surrogate pair.")
        {
            Target = text,
            Advice = "Specify text that is valid Unicode.",
        };
}
