using System.Diagnostics;
using System.Text;

namespace MailAdmin.Tests.Mail.Mime;

/// <summary>Mutates messages and checks what holds for any bytes. The same seed makes the same cases.</summary>
internal sealed class MimeFuzz(int seed)
{
    private const int MaxLength = 16 * 1024;

    // A look at how the work grows costs as much as hundreds of cases.
    private const int CasesForEachGrowth = 500;

    private static readonly byte[][] Tokens = [.. new[]
    {
        "\r\n", "\n", "\r", "\r\n\r\n", "\n ", "\t", "\0", "--", "\n--outer", "\n--outer--", "\n--alt\n", "\n--b1\r\n", "=?", "?=", "=?utf-8?Q?", "=?utf-8?B?",
        "=?x-unknown?q?=ff?=", "=?iso-2022-jp?B?GyRC", "=", "=\r\n", "=3D", "=0D=0A", "%0d%0a", "\"", "\\", "\\\"", "(", ")", "((((", "<", ">", ",", ";", ":", "@",
        "*0*=", "*1=", "*=utf-8''", "name=", "filename=", "boundary=", "charset=", "charset=utf-7;", "charset=hz-gb-2312;", "charset=iso-2022-kr;",
        "Content-Type: ", "Content-Type: multipart/mixed; boundary=outer\r\n", "Content-Type: message/rfc822\r\n\r\n", "Content-Type: multipart/digest; boundary=b1\n\n",
        "Content-Transfer-Encoding: base64\r\n", "Content-Transfer-Encoding: quoted-printable\r\n", "Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\n",
        "Content-Disposition: attachment; filename=", "From ", ">From ", "Date: 32 Jan 99999 25:61:61 +9999\r\n", "../", "..\\", "CON", "\u00e4", "\u00ef\u00bb\u00bf", "\u00ff\u00fe", "\u00c3\u00a4", "\u00e2\u0080\u00ae", "begin 644 ",
    }.Select(Encoding.Latin1.GetBytes)];

    private readonly List<byte[]> _corpus = [.. MimeCorpus.All.Where(m => m.Length <= MaxLength)];

    /// <summary>Runs cases from a number on; a case that fails is thrown with its number and its bytes.</summary>
    public void Run(int cases, int first = 0)
    {
        for (var i = first; i < first + cases; i++)
        {
            var bytes = Case(i);
            try
            {
                MimeChecks.Verify(bytes, i);
                if (i % CasesForEachGrowth == 0)
                {
                    Grow(i);
                }
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}, case {i}: {e.Message}; input {Convert.ToBase64String(bytes)}", e);
            }
        }
    }

    /// <summary>Runs cases whose structure is changed; none throws, and the slowest is no trap.</summary>
    public void RunStructures(int cases)
    {
        var times = new long[cases];
        for (var i = 0; i < cases; i++)
        {
            var random = new Random(HashCode(seed, i));
            var bytes = _corpus[random.Next(_corpus.Count)];
            for (var count = 1 + random.Next(4); count > 0; count--)
            {
                bytes = StructureMutator.Mutate(bytes, _corpus[random.Next(_corpus.Count)], random);
                bytes = bytes.Length > MaxLength ? bytes[..MaxLength] : bytes;
            }

            try
            {
                times[i] = MimeChecks.ReadAll(bytes);
                // The machine does other things too; what takes long by itself does so again.
                for (var again = 0; again < 5 && times[i] > Stopwatch.Frequency / 1000; again++)
                {
                    times[i] = Math.Min(times[i], MimeChecks.ReadAll(bytes));
                }
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}, structure {i}: {e.Message}; input {Convert.ToBase64String(bytes)}", e);
            }
        }

        Array.Sort(times);
        var (median, slowest) = (times[cases / 2], times[^1]);
        Xunit.Assert.True(slowest < 100 * median, $"{slowest} ticks against a median of {median}");
    }

    /// <summary>The bytes of a case.</summary>
    public byte[] Case(int number)
    {
        var random = new Random(HashCode(seed, number));
        var bytes = new List<byte>(_corpus[random.Next(_corpus.Count)]);
        for (var count = 1 + random.Next(8); count > 0; count--)
        {
            Mutate(bytes, random);
        }
        return [.. bytes.Take(MaxLength)];
    }

    /// <summary>Repeats something somewhere in a message, and again sixteen times as often.</summary>
    private void Grow(int number)
    {
        var random = new Random(HashCode(seed, ~number));
        var message = _corpus[random.Next(_corpus.Count)];
        var at = random.Next(message.Length + 1);
        var piece = new List<byte>();
        for (var count = random.Next(1, 4); count > 0; count--)
        {
            var from = random.Next(message.Length);
            piece.AddRange(random.Next(2) == 0 ? Tokens[random.Next(Tokens.Length)] : message.Skip(from).Take(random.Next(1, 60)));
        }
        try
        {
            WorkGrowth.Check(message[..at], [.. piece], message[at..], MimeChecks.ReadWholeAndInPieces);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidOperationException($"{e.Message}, repeating {Convert.ToBase64String([.. piece])} at {at} of {Convert.ToBase64String(message)}", e);
        }
    }

    private void Mutate(List<byte> bytes, Random random)
    {
        var at = random.Next(bytes.Count + 1);
        var length = random.Next(1, 1 + random.Next(1, 64));
        var piece = bytes.GetRange(at, Math.Min(length, bytes.Count - at));
        switch (random.Next(9))
        {
            case 0 when piece.Count > 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 1:
                bytes.RemoveRange(at, piece.Count);
                break;
            case 2:
                bytes.InsertRange(random.Next(bytes.Count + 1), piece);
                break;
            case 3:
                bytes.InsertRange(at, Enumerable.Repeat(piece, random.Next(1, 200)).SelectMany(p => p).Take(MaxLength));
                break;
            case 4:
                bytes.InsertRange(at, Enumerable.Repeat(Tokens[random.Next(Tokens.Length)], random.Next(2, 300)).SelectMany(t => t));
                break;
            case 5 when random.Next(4) == 0:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 6:
                var other = _corpus[random.Next(_corpus.Count)];
                bytes.InsertRange(at, other.Skip(random.Next(other.Length + 1)).Take(random.Next(2000)));
                break;
            case 7 when random.Next(8) == 0:
                bytes.RemoveAll(b => b == (random.Next(2) == 0 ? '\r' : '\n'));
                break;
            default:
                bytes.InsertRange(at, Tokens[random.Next(Tokens.Length)]);
                break;
        }
    }

    // The same on every machine and runtime, unlike System.HashCode.
    private static int HashCode(int seed, int number) => unchecked((int)((uint)seed * 2654435761u ^ (uint)number * 2246822519u));
}
