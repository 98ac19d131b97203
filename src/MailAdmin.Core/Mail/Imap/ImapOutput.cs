using System.Buffers;
using System.Globalization;
using System.Text;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// What a session has to send, in order: text at once, a literal when the server takes it (RFC 9051 section 4.3, RFC 7888),
/// the lines of AUTHENTICATE and IDLE when it asks for them.
/// </summary>
internal sealed class ImapOutput
{
    private const int LiteralMinusLimit = 4096;
    private readonly List<Step> _steps = [];
    private readonly ArrayBufferWriter<byte> _ready = new(512);
    private bool _taken;

    /// <summary>Octets to send, or a stream to send a number of octets from.</summary>
    /// <param name="Octets">The octets; empty where there is a stream.</param>
    /// <param name="Content">The stream; null where there are octets.</param>
    /// <param name="Size">How many octets the stream must give.</param>
    public readonly record struct Chunk(ReadOnlyMemory<byte> Octets, Stream? Content, long Size);

    /// <summary>One thing to send.</summary>
    /// <param name="Command">What it belongs to; null for DONE.</param>
    /// <param name="Octets">The octets.</param>
    /// <param name="Content">Or where they are read from.</param>
    /// <param name="Size">How many the stream must give.</param>
    /// <param name="AwaitsContinuation">Whether the server has to ask before it, or before what comes after a SASL command.</param>
    private readonly record struct Step(
        ImapCommand? Command, ReadOnlyMemory<byte> Octets, Stream? Content, long Size, bool AwaitsContinuation);

    /// <summary>Adds a command.</summary>
    /// <param name="command">With its tag.</param>
    /// <param name="capabilities">Tell how literals are announced.</param>
    public void Enqueue(ImapCommand command, ImapCapabilities capabilities)
    {
        var text = new ArrayBufferWriter<byte>(64);
        Encoding.ASCII.GetBytes(command.Tag, text);
        text.Write(" "u8);
        var waits = false;
        foreach (var part in command.Parts)
        {
            if (part.LiteralSize is not { } size)
            {
                text.Write(part.Octets.Span);
                continue;
            }

            var atOnce = capabilities.LiteralPlus || (capabilities.LiteralMinus && size <= LiteralMinusLimit);
            Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{{size}{(atOnce ? "+" : "")}}}\r\n"), text);
            Add(new Step(command, text.WrittenSpan.ToArray(), null, 0, waits));
            text.ResetWrittenCount();
            waits = !atOnce;
            if (part.Content is not null)
            {
                Add(new Step(command, default, part.Content, size, waits));
                waits = false;
            }
            else
            {
                text.Write(part.Octets.Span);
            }
        }

        text.Write("\r\n"u8);
        Add(new Step(command, text.WrittenSpan.ToArray(), null, 0, waits));
        if (command.Sasl is not null)
        {
            // Stands for the answers to come; it holds back what comes after.
            Add(new Step(command, default, null, 0, AwaitsContinuation: true));
        }
    }

    /// <summary>Adds a line without a tag.</summary>
    /// <param name="line">The line without its end.</param>
    public void AddLine(string line) => Add(new Step(null, Encoding.ASCII.GetBytes(line + "\r\n"), null, 0, false));

    /// <summary>The server asks for more.</summary>
    /// <param name="text">What stood after the "+".</param>
    public void Continue(string text)
    {
        if (_steps is not [{ AwaitsContinuation: true } step, ..])
        {
            // IDLE says "+ idling", and some servers repeat it to keep the connection warm.
            return;
        }

        if (step is { Command.Sasl: { } sasl, Octets.Length: 0 })
        {
            WriteReady(Encoding.ASCII.GetBytes(sasl.Answer(text) + "\r\n"));
            return;
        }

        _steps[0] = step with { AwaitsContinuation = false };
        FlushReady();
    }

    /// <summary>A command is complete; what was still to be sent of it (the server refused its literal) is dropped.</summary>
    /// <param name="command">The command.</param>
    public void Complete(ImapCommand command)
    {
        _steps.RemoveAll(step => step.Command == command);
        FlushReady();
    }

    /// <summary>Gives what is to be sent next.</summary>
    /// <param name="chunk">Valid until the next call.</param>
    /// <returns>False when there is nothing, or the server has to ask first.</returns>
    public bool TryTake(out Chunk chunk)
    {
        ForgetTaken();
        FlushReady();
        if (_ready.WrittenCount > 0)
        {
            _taken = true;
            chunk = new Chunk(_ready.WrittenMemory, null, 0);
            return true;
        }

        if (_steps is [{ AwaitsContinuation: false } step, ..])
        {
            _steps.RemoveAt(0);
            chunk = new Chunk(default, step.Content, step.Size);
            return true;
        }

        chunk = default;
        return false;
    }

    private void Add(Step step)
    {
        _steps.Add(step);
        FlushReady();
    }

    /// <summary>Moves text that need not wait, so that what can go in one packet does.</summary>
    private void FlushReady()
    {
        while (_steps is [{ AwaitsContinuation: false, Content: null } step, ..])
        {
            _steps.RemoveAt(0);
            WriteReady(step.Octets.Span);
        }
    }

    private void WriteReady(ReadOnlySpan<byte> octets)
    {
        ForgetTaken();
        _ready.Write(octets);
    }

    private void ForgetTaken()
    {
        if (_taken)
        {
            _ready.ResetWrittenCount();
            _taken = false;
        }
    }
}
