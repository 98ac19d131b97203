using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MailAdmin.Core.Base;

namespace MailAdmin.Tests.TestKit;

/// <summary>
/// An SMTP server that takes everything, unless a test wrote something else. In this process by <see cref="OpenAsync"/>, or at a
/// port of the loopback address by <see cref="Listen"/>.
/// </summary>
internal sealed class SmtpScript : IDisposable
{
    private readonly List<(string Command, Func<string, Stream, Task<string?>> Answer)> _answers = [];
    private TcpListener? _listener;

    /// <summary>What is offered after the greeting.</summary>
    public string[] Offers { get; set; } = ["SIZE 10000000", "ENHANCEDSTATUSCODES", "8BITMIME", "AUTH XOAUTH2"];

    public string Greeting { get; set; } = "220 scripted ready";

    /// <summary>The certificate for STARTTLS; null for none.</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>Whether the stream looks like one that others can listen to.</summary>
    public bool IsPublic { get; set; }

    /// <summary>Every line of commands, over all connections.</summary>
    public List<string> Commands { get; } = [];

    /// <summary>Messages that were taken, as they came between DATA and the dot.</summary>
    public List<string> Taken { get; } = [];

    public int Connections { get; private set; }

    /// <summary>Answers the next command that begins so; null closes the connection.</summary>
    public void Once(string command, string? answer) => _answers.Add((command, (_, _) => Task.FromResult(answer)));

    public ValueTask<Stream> OpenAsync(string host, int port, CancellationToken cancellationToken)
    {
        var (client, server) = InProcessStream.CreatePair();
        _ = Task.Run(() => ServeAsync(server), CancellationToken.None);
        return ValueTask.FromResult<Stream>(IsPublic ? new StreamTapStream(client) : client);
    }

    /// <summary>Listens at a free port.</summary>
    public int Listen()
    {
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        _ = Task.Run(async () =>
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                _ = Task.Run(() => ServeAsync(client.GetStream()));
            }
        });
        return ((IPEndPoint)_listener.LocalEndpoint).Port;
    }

    public void Dispose() => _listener?.Dispose();

    private async Task ServeAsync(Stream stream)
    {
        Connections++;
        var isSecure = false;
        try
        {
            await SayAsync(stream, Greeting);
            while (await ReadLineAsync(stream) is { } line)
            {
                lock (Commands)
                {
                    Commands.Add(line);
                }

                var index = _answers.FindIndex(a => line.StartsWith(a.Command, StringComparison.OrdinalIgnoreCase));
                if (index >= 0)
                {
                    var (_, answer) = _answers[index];
                    _answers.RemoveAt(index);
                    if (await answer(line, stream) is not { } said)
                    {
                        return;
                    }

                    await SayAsync(stream, said);
                    continue;
                }

                switch (line.Split(' ')[0].ToUpperInvariant())
                {
                    case "EHLO":
                        string[] offers = ["scripted", .. isSecure || Certificate is null ? Offers : ["STARTTLS"]];
                        await SayAsync(stream, string.Join("\r\n", offers.Select((o, i) => $"250{(i < offers.Length - 1 ? "-" : " ")}{o}")));
                        break;
                    case "STARTTLS":
                        await SayAsync(stream, "220 go ahead");
                        var tls = new SslStream(stream);
                        await tls.AuthenticateAsServerAsync(Certificate!);
                        (stream, isSecure) = (tls, true);
                        break;
                    case "AUTH":
                        if (line.Split(' ').Length < 3)
                        {
                            await SayAsync(stream, "334 ");
                            var response = await ReadLineAsync(stream);
                            lock (Commands)
                            {
                                Commands.Add(response!);
                            }
                        }

                        await SayAsync(stream, "235 2.7.0 Authentication successful");
                        break;
                    case "DATA":
                        await SayAsync(stream, "354 go on");
                        var text = new StringBuilder();
                        while (await ReadLineAsync(stream) is { } part && part != ".")
                        {
                            text.Append(part).Append("\r\n");
                        }

                        var end = _answers.FindIndex(a => a.Command == ".");
                        var last = end < 0 ? "250 2.0.0 OK" : await _answers[end].Answer(".", stream);
                        if (end >= 0)
                        {
                            _answers.RemoveAt(end);
                        }

                        if (last?.StartsWith('2') != false)
                        {
                            lock (Taken)
                            {
                                Taken.Add(text.ToString());
                            }
                        }

                        if (last is null)
                        {
                            return;
                        }

                        await SayAsync(stream, last);
                        break;
                    case "QUIT":
                        await SayAsync(stream, "221 bye");
                        return;
                    default:
                        await SayAsync(stream, "250 2.0.0 OK");
                        break;
                }
            }
        }
        catch (IOException)
        {
            // The client hung up.
        }
        finally
        {
            await stream.DisposeAsync();
        }
    }

    private static async Task SayAsync(Stream stream, string text)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text + "\r\n"));
        await stream.FlushAsync();
    }

    private static async Task<string?> ReadLineAsync(Stream stream)
    {
        var line = new List<byte>();
        var octet = new byte[1];
        while (await stream.ReadAsync(octet) == 1)
        {
            if (octet[0] == '\n')
            {
                return Encoding.Latin1.GetString([.. line]).TrimEnd('\r');
            }

            line.Add(octet[0]);
        }

        return null;
    }

    /// <summary>Hides that a stream stays in this process.</summary>
    private sealed class StreamTapStream(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(buffer, cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.WriteAsync(buffer, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
