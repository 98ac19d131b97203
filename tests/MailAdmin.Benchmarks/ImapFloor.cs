using System.Buffers.Text;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using MailAdmin.Tests.TestKit;

namespace MailAdmin.Benchmarks;

/// <summary>What nobody can do without: a TLS socket, one FETCH for all, and no more understanding than where a literal ends.</summary>
internal sealed class ImapFloor(DovecotServer server, string user, int port) : IDisposable
{
    private readonly TcpClient _socket = new() { NoDelay = true };
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly byte[] _line = new byte[64 * 1024];
    private SslStream _stream = null!;
    private int _start;
    private int _end;

    /// <summary>Fetches the content of all messages.</summary>
    /// <param name="folder">Where they go, each under a temporary name and then renamed; null to throw them away.</param>
    /// <param name="flush">Whether each goes through to the disk before it is renamed.</param>
    /// <returns>How many there were.</returns>
    public Task<int> FetchContentAsync(string? folder, bool flush = false) => FetchAsync("BODY.PEEK[]", folder, flush);

    /// <summary>Fetches the summaries of all messages.</summary>
    /// <returns>How many there were.</returns>
    public Task<int> FetchSummariesAsync() => FetchAsync("FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE", null, flush: false);

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream?.Dispose();
        _socket.Dispose();
    }

    private async Task<int> FetchAsync(string items, string? folder, bool flush)
    {
        await _socket.ConnectAsync("localhost", port);
        _stream = new SslStream(_socket.GetStream(), false, (_, certificate, _, _) => certificate!.GetCertHashString() == server.Certificate.GetCertHashString());
        await _stream.AuthenticateAsClientAsync("localhost");
        await ReadLineAsync();
        var response = Convert.ToBase64String(Encoding.ASCII.GetBytes($"user={user}\u0001auth=Bearer {server.Token(user)}\u0001\u0001"));
        await RunAsync("A1", $"AUTHENTICATE XOAUTH2 {response}");
        await RunAsync("A2", "EXAMINE INBOX");
        await _stream.WriteAsync(Encoding.ASCII.GetBytes($"A3 UID FETCH 1:* (UID {items})\r\n"));
        for (var count = 0; ;)
        {
            var length = await ReadLineAsync();
            if (_line.AsSpan(0, length).StartsWith("A3 "u8))
            {
                return count;
            }

            // "* 2000 RECENT" may come in between.
            count += _line.AsSpan(0, Math.Min(length, 20)).IndexOf(" FETCH "u8) > 0 ? 1 : 0;
            if (LiteralSize(_line.AsSpan(0, length)) is { } size)
            {
                await TakeAsync(size, folder is null ? null : Path.Combine(folder, $"{count}.eml"), flush);
            }
        }
    }

    private async Task RunAsync(string tag, string command)
    {
        await _stream.WriteAsync(Encoding.ASCII.GetBytes($"{tag} {command}\r\n"));
        while (true)
        {
            var line = Encoding.ASCII.GetString(_line, 0, await ReadLineAsync());
            if (line.StartsWith(tag + " ", StringComparison.Ordinal))
            {
                if (!line.StartsWith(tag + " OK", StringComparison.Ordinal))
                {
                    throw new InvalidOperationException(line);
                }

                return;
            }
        }
    }

    private static long? LiteralSize(ReadOnlySpan<byte> line)
    {
        var open = line.EndsWith("}"u8) ? line.LastIndexOf((byte)'{') : -1;
        return open >= 0 && Utf8Parser.TryParse(line[(open + 1)..^1], out long size, out _) ? size : null;
    }

    private async ValueTask TakeAsync(long size, string? path, bool flush)
    {
        using var file = path is null ? null : new FileStream(path + ".part", FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        while (size > 0)
        {
            await FillAsync();
            var n = (int)Math.Min(size, _end - _start);
            file?.Write(_buffer, _start, n);
            _start += n;
            size -= n;
        }

        if (file is not null)
        {
            if (flush)
            {
                file.Flush(flushToDisk: true);
            }

            file.Dispose();
            File.Move(path + ".part", path!);
        }
    }

    private async ValueTask<int> ReadLineAsync()
    {
        for (var length = 0; ;)
        {
            await FillAsync();
            var end = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            var n = end < 0 ? _end - _start : end + 1;
            _buffer.AsSpan(_start, n).CopyTo(_line.AsSpan(length));
            _start += n;
            length += n;
            if (end >= 0)
            {
                return length - 2;
            }
        }
    }

    private async ValueTask FillAsync()
    {
        if (_start == _end)
        {
            (_start, _end) = (0, await _stream.ReadAsync(_buffer));
            if (_end == 0)
            {
                throw new EndOfStreamException();
            }
        }
    }
}
