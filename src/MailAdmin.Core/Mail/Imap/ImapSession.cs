// Longer than 250 lines: one state machine: what may be sent and come in each state of RFC 9051 section 3.
namespace MailAdmin.Core.Mail.Imap;

/// <summary>Where a session stands (RFC 9051 section 3).</summary>
internal enum ImapState
{
    /// <summary>The greeting has not come.</summary>
    Greeting,

    /// <summary>Nobody is signed in.</summary>
    NotAuthenticated,

    /// <summary>Somebody is; no mailbox is selected.</summary>
    Authenticated,

    /// <summary>A mailbox is selected.</summary>
    Selected,

    /// <summary>The server has said BYE.</summary>
    Logout,
}

/// <summary>
/// One IMAP session without its input and output: octets that were received go in, responses come out; commands go in, octets
/// to be sent come out. It keeps what the server told about itself and about the selected mailbox.
/// </summary>
internal sealed class ImapSession : IDisposable
{
    private readonly ImapLimits _limits;
    private readonly ImapFramer _framer;
    private readonly ImapOutput _output = new();
    private readonly List<ImapCommand> _pending = [];
    private readonly ImapLog? _log;
    private SaslMechanism? _sasl;
    private int _lastTag;

    /// <summary>Starts before the greeting.</summary>
    /// <param name="limits">What to bound.</param>
    /// <param name="log">Takes both sides of the dialogue; null for none.</param>
    public ImapSession(ImapLimits limits, ImapLog? log = null) => (_limits, _framer, _log) = (limits, new ImapFramer(limits), log);

    /// <summary>Where it stands.</summary>
    public ImapState State { get; private set; } = ImapState.Greeting;

    /// <summary>What the server can do, as it told last.</summary>
    public ImapCapabilities Capabilities { get; private set; } = ImapCapabilities.None;

    /// <summary>Where the server is known to depart from the standard.</summary>
    public ImapQuirks Quirks { get; private set; }

    /// <summary>Whether mailbox names are UTF-8 (RFC 6855).</summary>
    public bool IsUtf8Accepted { get; private set; }

    /// <summary>What the server calls itself; empty before ID.</summary>
    public IReadOnlyDictionary<string, string> ServerId { get; private set; } = new Dictionary<string, string>();

    /// <summary>Where the user's own folders begin; null as long as the server has not said so.</summary>
    public ImapNamespace? Personal { get; private set; }

    /// <summary>The selected mailbox; null when there is none.</summary>
    public MailboxState? Mailbox { get; private set; }

    /// <summary>Commands that were sent and are not complete, in their order.</summary>
    public IReadOnlyList<ImapCommand> Pending => _pending;

    /// <summary>Octets of a literal that have to be taken with <see cref="TakeLiteral"/> before anything else.</summary>
    public long LiteralRemaining => _framer.LiteralRemaining;

    /// <summary>Takes a command to be sent, after those before it.</summary>
    /// <param name="command">The command; its tag is set.</param>
    public void Enqueue(ImapCommand command)
    {
        command.Tag = "A" + (++_lastTag).ToString(System.Globalization.CultureInfo.InvariantCulture);
        _pending.Add(command);
        if (command.Selects is { } name)
        {
            Mailbox = new MailboxState { Name = name, IsReadOnly = command.Name == "EXAMINE" };
        }

        _log?.Client(command);
        _output.Enqueue(command, Capabilities);
        if (command.Sasl is not null)
        {
            // What the server can do now says nothing about what it can do for the one who signs in.
            _sasl = command.Sasl;
            Capabilities = ImapCapabilities.None;
        }
    }

    /// <summary>Ends IDLE (RFC 9051 section 6.3.13).</summary>
    public void Done() => _output.AddLine("DONE");

    /// <summary>Gives what is to be sent next.</summary>
    /// <param name="chunk">The octets, or the stream they are read from; valid until the next call.</param>
    /// <returns>False when there is nothing, or the server has to answer first.</returns>
    public bool TryTakeOutput(out ImapOutput.Chunk chunk) => _output.TryTake(out chunk);

    /// <summary>Takes what was received, up to the end of a response or to a literal.</summary>
    /// <param name="data">What was received; not of a literal (see <see cref="LiteralRemaining"/>).</param>
    /// <param name="consumed">How much of it was used.</param>
    /// <returns>The response; null when more is needed.</returns>
    /// <exception cref="ImapProtocolException">The server cannot be trusted any more.</exception>
    public ImapResponse? Receive(ReadOnlySpan<byte> data, out int consumed)
    {
        if (LiteralRemaining > 0)
        {
            throw new InvalidOperationException("The octets of a literal have to be taken first.");
        }

        var step = _framer.Feed(data, out consumed);
        if (step == FrameStep.NeedMore)
        {
            return null;
        }

        if (step == FrameStep.Literal)
        {
            return ReadLiteral();
        }

        _log?.Server(_framer.Frame, _sasl);
        var response = step == FrameStep.Numbers ? new SearchResponse(_framer.Numbers!) : ReadResponse();
        _framer.Next();
        return Note(response);
    }

    /// <summary>Hands over octets of a streamed literal.</summary>
    /// <param name="available">How many were received.</param>
    /// <returns>How many of them belong to it; they are the first ones.</returns>
    public int TakeLiteral(int available) => _framer.TakeLiteral(available);

    /// <summary>Forgets what the server said before TLS began, when anybody could have said it (RFC 9051 section 6.2.1).</summary>
    public void ForgetPlaintext()
    {
        Capabilities = ImapCapabilities.None;
        Quirks = ImapQuirks.None;
    }

    /// <inheritdoc/>
    public void Dispose() => _framer.Dispose();

    private FetchLiteral ReadLiteral()
    {
        try
        {
            return ImapResponseParser.ParseUpToLiteral(_framer.Frame, _framer.Streamed, Quirks, _limits);
        }
        catch (ImapSyntaxException e)
        {
            throw new ImapProtocolException($"a FETCH response cannot be read: {e.Message}");
        }
    }

    private ImapResponse ReadResponse()
    {
        if (_framer.IsOversized)
        {
            return new UnreadableResponse("it is too large");
        }

        try
        {
            return ImapResponseParser.Parse(_framer.Frame, _framer.Streamed, Quirks, _limits);
        }
        catch (ImapSyntaxException e) when (State != ImapState.Greeting && _framer.Streamed.IsEmpty && _framer.Frame.StartsWith("* "u8))
        {
            return new UnreadableResponse(e.Message);
        }
        catch (ImapSyntaxException e)
        {
            // Where a greeting, a completion or the end of a message should be, there is something else.
            throw new ImapProtocolException($"a response cannot be read: {e.Message}");
        }
    }

    private ImapResponse Note(ImapResponse response)
    {
        if (_sasl is not null && response is ConditionResponse told)
        {
            response = told with { Text = _sasl.Redact(told.Text) };
        }

        if (State == ImapState.Greeting)
        {
            return NoteGreeting(response);
        }

        switch (response)
        {
            case ConditionResponse { Tag: { } tag } completion:
                return NoteCompletion(tag, completion);
            case ConditionResponse condition:
                NoteCondition(condition);
                break;
            case ContinuationResponse continuation:
                _output.Continue(continuation.Text);
                break;
            case CapabilityResponse capability:
                Capabilities = capability.Capabilities;
                break;
            case EnabledResponse enabled:
                IsUtf8Accepted |= enabled.Names.Contains("UTF8=ACCEPT", StringComparer.OrdinalIgnoreCase);
                break;
            case NamespaceResponse { Personal: [var first, ..] }:
                Personal = first;
                break;
            case IdResponse id:
                ServerId = id.Fields;
                Recognise(id.Fields.GetValueOrDefault("name", ""));
                break;
            case ExistsResponse exists when Mailbox is not null:
                Mailbox.Exists = exists.Count;
                break;
            case ExpungeResponse when Mailbox is { Exists: > 0 }:
                Mailbox.Exists--;
                break;
        }

        return response;
    }

    private ConditionResponse NoteGreeting(ImapResponse response)
    {
        if (response is not ConditionResponse { Tag: null, Condition: ImapCondition.Ok or ImapCondition.PreAuth or ImapCondition.Bye } greeting)
        {
            throw new ImapProtocolException("the greeting is not that of an IMAP server");
        }

        State = greeting.Condition switch
        {
            ImapCondition.Ok => ImapState.NotAuthenticated,
            ImapCondition.PreAuth => ImapState.Authenticated,
            _ => ImapState.Logout,
        };
        NoteCode(greeting.Code);
        Recognise(greeting.Text);
        return greeting;
    }

    private ConditionResponse NoteCompletion(string tag, ConditionResponse completion)
    {
        var at = _pending.FindIndex(command => command.Tag == tag);
        if (at < 0)
        {
            throw new ImapProtocolException("the server completed a command that was not sent");
        }

        var command = _pending[at];
        _pending.RemoveAt(at);
        _output.Complete(command);
        NoteCondition(completion);
        var done = completion.Condition == ImapCondition.Ok;
        switch (command.Name)
        {
            case "AUTHENTICATE" when done:
                State = ImapState.Authenticated;
                break;
            case "SELECT" or "EXAMINE":
                State = done ? ImapState.Selected : ImapState.Authenticated;
                Mailbox = done ? Mailbox : null;
                break;
            case "CLOSE" or "UNSELECT" when done:
                State = ImapState.Authenticated;
                Mailbox = null;
                break;
        }

        return completion with { Command = command };
    }

    private void NoteCondition(ConditionResponse condition)
    {
        if (condition.Condition == ImapCondition.Bye)
        {
            State = ImapState.Logout;
        }

        NoteCode(condition.Code);
    }

    private void NoteCode(ResponseCode? code)
    {
        switch (code?.Name)
        {
            case "CAPABILITY":
                Capabilities = new ImapCapabilities(code.Words);
                break;
            case "UIDVALIDITY" when Mailbox is not null:
                Mailbox.UidValidity = code.Number is > 0 and <= uint.MaxValue ? (uint)code.Number : 0;
                break;
            case "UIDNEXT" when Mailbox is not null:
                Mailbox.UidNext = code.Number is > 0 and <= uint.MaxValue ? (uint)code.Number : 0;
                break;
            case "HIGHESTMODSEQ" when Mailbox is not null:
                Mailbox.HighestModSeq = code.Number;
                break;
            case "READ-ONLY" when Mailbox is not null:
                Mailbox.IsReadOnly = true;
                break;
        }
    }

    private void Recognise(string server)
    {
        if (server.Contains("Microsoft Exchange", StringComparison.OrdinalIgnoreCase)
            || server.StartsWith("Microsoft.Exchange", StringComparison.OrdinalIgnoreCase))
        {
            Quirks |= ImapQuirks.Exchange;
        }
    }
}
