using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MailAdmin.Core.Base;
using MailAdmin.Core.Mail.Imap;
using MailAdmin.Tenant.Imap;

namespace MailAdmin.Tests.TestKit;

/// <summary>
/// A server in memory that does what a test tells it to: it knows just enough to be signed in to and read from, and each
/// command can be answered otherwise. Text is Latin-1.
/// </summary>
internal sealed partial class ScriptedServer : IAsyncDisposable
{
    public const string ExchangeCapabilities =
        "IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS MOVE ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+";

    private readonly Dictionary<string, Func<Connection, Command, Task>> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<Task> _running = [];
    private int _connections;

    public ScriptedServer()
    {
        On("CAPABILITY", (c, command) => c.SendAsync($"* CAPABILITY {Capabilities}\r\n{command.Tag} OK done\r\n"));
        On("ID", (c, command) => c.SendAsync($"* ID (\"name\" \"Scripted\" \"version\" \"1\")\r\n{command.Tag} OK done\r\n"));
        On("NAMESPACE", (c, command) => c.SendAsync($"* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n{command.Tag} OK done\r\n"));
        On("LIST", ListAsync);
        On("STATUS", (c, command) => c.SendAsync(
            $"* STATUS {command.Arguments[..command.Arguments.LastIndexOf('(')].Trim()} (MESSAGES {Messages.Count} UNSEEN 0 UIDVALIDITY {UidValidity})\r\n{command.Tag} OK done\r\n"));
        On("SELECT", SelectAsync);
        On("EXAMINE", SelectAsync);
        On("UID SEARCH", (c, command) => c.SendAsync($"* SEARCH {string.Join(' ', Messages.Keys)}\r\n{command.Tag} OK done\r\n"));
        On("UID FETCH", FetchAsync);
        On("LOGOUT", (c, command) => c.SendAsync($"* BYE bye\r\n{command.Tag} OK done\r\n"));
    }

    public string Greeting { get; set; } = "* OK ready\r\n";

    public string Capabilities { get; set; } = ExchangeCapabilities;

    public uint UidValidity { get; set; } = 7;

    /// <summary>What LIST says after the word.</summary>
    public List<string> Folders { get; } = ["(\\HasNoChildren) \"/\" INBOX", "(\\HasNoChildren) \"/\" \"Deleted Items\""];

    /// <summary>Messages by UID.</summary>
    public SortedDictionary<uint, byte[]> Messages { get; } = [];

    /// <summary>Every line that clients sent, literals included.</summary>
    public ConcurrentQueue<string> Received { get; } = new();

    /// <summary>The clock of the clients.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What a client opens; it needs no TLS unless this is changed.</summary>
    public Func<InProcessStream, Stream> Expose { get; init; } = static stream => stream;

    /// <summary>What the server does with its own end before it greets.</summary>
    public Func<Stream, Task<Stream>> Accept { get; init; } = Task.FromResult;

    /// <summary>Every call for a token: whether a fresh one was asked for.</summary>
    public List<bool> TokenRequests { get; } = [];

    public int ConnectionCount => _connections;

    public ScriptedServer On(string command, Func<Connection, Command, Task> answer)
    {
        _answers[command] = answer;
        return this;
    }

    public Wire Wire => new(new HttpClientHandler(), (_, _, _) => ValueTask.FromResult(Connect()), Time);

    public ImapMailStore Open(ImapOptions? options = null, ImapServer? endpoint = null) => new(
        Wire,
        endpoint ?? new ImapServer { Host = "mail.contoso.test" },
        "anna@contoso.test",
        (fresh, _) =>
        {
            TokenRequests.Add(fresh);
            return ValueTask.FromResult($"secret-token-{TokenRequests.Count}");
        },
        options);

    public MailFolder Inbox => new() { Mailbox = "anna@contoso.test", Name = "Inbox", Path = "Inbox", Id = "INBOX", UidValidity = UidValidity };

    public void AddMessages(int count)
    {
        for (uint uid = 1; uid <= count; uid++)
        {
            Messages[uid] = Encoding.Latin1.GetBytes($"Subject: message {uid}\r\n\r\nBody of {uid}.\r\n");
        }
    }

    public string Summary(uint uid, string? size = null) => string.Create(
        CultureInfo.InvariantCulture,
        $"* {uid} FETCH (UID {uid} FLAGS () INTERNALDATE \"06-May-2024 10:00:{uid % 60:D2} +0000\" RFC822.SIZE {size ?? Messages[uid].Length.ToString(CultureInfo.InvariantCulture)} ENVELOPE (NIL \"message {uid}\" ((NIL NIL \"a\" \"contoso.test\")) NIL NIL NIL NIL NIL NIL \"<{uid}@x>\"))\r\n");

    /// <summary>The UIDs of a set that exist.</summary>
    public IEnumerable<uint> Select(string set)
    {
        var wanted = SequenceSet.Parse(set);
        return Messages.Keys.Where(uid => wanted.Contains(uid, uint.MaxValue)).ToArray();
    }

    /// <summary>Answers a FETCH as it should be answered.</summary>
    public async Task FetchAsync(Connection connection, Command command)
    {
        var wantsContent = command.Arguments.Contains("BODY.PEEK[]", StringComparison.Ordinal);
        foreach (var uid in Select(command.Arguments.Split(' ')[0]))
        {
            if (wantsContent)
            {
                await connection.SendContentAsync(uid, Messages[uid]);
            }
            else
            {
                await connection.SendAsync(Summary(uid));
            }
        }

        await connection.SendAsync($"{command.Tag} OK done\r\n");
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_running);

    private Stream Connect()
    {
        var (client, server) = InProcessStream.CreatePair();
        var number = Interlocked.Increment(ref _connections);
        _running.Add(Task.Run(() => ServeAsync(server, number)));
        return Expose(client);
    }

    private async Task ServeAsync(Stream stream, int number)
    {
        try
        {
            stream = await Accept(stream);
            var connection = new Connection(stream, number);
            await connection.SendAsync(Greeting);
            while (await connection.ReadCommandAsync() is { } command)
            {
                Received.Enqueue(command.ToString());
                await AnswerAsync(connection, command);
            }
        }
        catch (Exception e) when (e is IOException or EndOfStreamException or ObjectDisposedException)
        {
            // The client has gone.
        }
        finally
        {
            await stream.DisposeAsync();
        }
    }

    private Task AnswerAsync(Connection connection, Command command) =>
        _answers.TryGetValue(command.Name, out var answer) ? answer(connection, command) : connection.SendAsync($"{command.Tag} OK done\r\n");

    private Task SelectAsync(Connection connection, Command command) => connection.SendAsync(
        $"* {Messages.Count} EXISTS\r\n* FLAGS (\\Seen \\Deleted)\r\n* OK [UIDVALIDITY {UidValidity}] valid\r\n* OK [UIDNEXT 100000] next\r\n"
        + $"{command.Tag} OK [{(command.Name == "SELECT" ? "READ-WRITE" : "READ-ONLY")}] done\r\n");

    /// <summary>All folders; one that is asked for by its name is there, too.</summary>
    private Task ListAsync(Connection connection, Command command)
    {
        var pattern = command.Arguments.Split(" RETURN ")[0].Split(' ', 2)[1];
        var isListed = pattern.Contains('*', StringComparison.Ordinal) || pattern is "\"\"" or "INBOX" or "\"INBOX\""
            || Folders.Exists(folder => folder.EndsWith(pattern, StringComparison.Ordinal) || folder.EndsWith($"\"{pattern}\"", StringComparison.Ordinal));
        var listed = isListed ? Folders : [.. Folders, $"() \"/\" {pattern}"];
        return connection.SendAsync($"{string.Concat(listed.Select(f => $"* LIST {f}\r\n"))}{command.Tag} OK done\r\n");
    }

    /// <summary>A command as it came.</summary>
    public sealed record Command(string Tag, string Name, string Arguments)
    {
        public override string ToString() => $"{Name} {Arguments}".TrimEnd();
    }

    /// <summary>The server's end.</summary>
    public sealed partial class Connection(Stream stream, int number)
    {
        private readonly byte[] _one = new byte[1];

        /// <summary>1 for the first.</summary>
        public int Number => number;

        public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

        public async Task SendAsync(byte[] octets)
        {
            await stream.WriteAsync(octets);
            await stream.FlushAsync();
        }

        public async Task SendContentAsync(uint uid, byte[] content)
        {
            await SendAsync($"* {uid} FETCH (UID {uid} BODY[] {{{content.Length}}}\r\n");
            await SendAsync(content);
            await SendAsync(")\r\n");
        }

        /// <summary>Ends the connection.</summary>
        public Task CloseAsync() => throw new EndOfStreamException();

        public async Task<string> ReadLineAsync()
        {
            var line = new List<byte>();
            while (line is not [.., (byte)'\n'])
            {
                await stream.ReadExactlyAsync(_one);
                line.Add(_one[0]);
            }

            return Encoding.Latin1.GetString([.. line]).TrimEnd('\r', '\n');
        }

        public async Task<Command?> ReadCommandAsync()
        {
            var text = await ReadLineAsync();
            while (Literal().Match(text) is { Success: true } literal)
            {
                if (literal.Groups[2].Length == 0)
                {
                    await SendAsync("+ go on\r\n");
                }

                var octets = new byte[int.Parse(literal.Groups[1].ValueSpan, CultureInfo.InvariantCulture)];
                await stream.ReadExactlyAsync(octets);
                text += "\n" + Encoding.Latin1.GetString(octets) + await ReadLineAsync();
            }

            var words = text.Split(' ', 4);
            return words.Length > 2 && words[1] == "UID"
                ? new Command(words[0], $"UID {words[2]}", words.ElementAtOrDefault(3) ?? "")
                : new Command(words[0], words[1], string.Join(' ', words.Skip(2)));
        }

        [GeneratedRegex(@"\{(\d+)(\+?)\}$")]
        private static partial Regex Literal();
    }
}
