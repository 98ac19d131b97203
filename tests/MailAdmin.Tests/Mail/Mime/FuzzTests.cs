namespace MailAdmin.Tests.Mail.Mime;

public class FuzzTests
{
    private static readonly int Cases =
        int.TryParse(Environment.GetEnvironmentVariable("MAILADMIN_FUZZ_CASES"), out var cases) ? cases : 20_000;

    // The same seed makes the same cases.
    private static readonly int Seed =
        int.TryParse(Environment.GetEnvironmentVariable("MAILADMIN_FUZZ_SEED"), out var seed) ? seed : 1;

    [Fact]
    public void MutatedMessagesAreRead() => Seeded(Seed).Run(Cases);

    [Fact]
    public void MessagesOfChangedStructureAreRead() => Seeded(Seed + 1).RunStructures(Math.Max(Cases, 100_000));

    private static MimeFuzz Seeded(int seed)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        return new MimeFuzz(seed);
    }

    [Theory]
    [InlineData("Subject: ")]
    [InlineData("From: ")]
    [InlineData("To: x@y (c) <")]
    [InlineData("To: x@exampl")]
    [InlineData("Message-ID: <")]
    [InlineData("Date: ")]
    [InlineData("Content-Type: multipart/mixed; boundary=")]
    [InlineData("Content-Type: text/plain; name*0=\"")]
    [InlineData("Content-Disposition: attachment; filename=")]
    [InlineData("Content-Transfer-Encoding: quoted-printable\r\n\r\n")]
    [InlineData("Content-Transfer-Encoding: base64\r\n\r\n")]
    public void WhateverIsRepeatedInAFieldTakesLinearTime(string start)
    {
        string[] marks = ["<", ">", "(", ")", "\"", "\\", ",", ";", ":", "@", ".", "=", "*", "'", "%", "?", "=?", "?=", " ", "\r", "\r\n ", "a", "\u00e4", "--", "&"];
        // Pairs when there is time for them.
        var pieces = Cases > 100_000 ? marks.SelectMany(a => marks.Select(b => a + b)) : marks;
        foreach (var piece in pieces)
        {
            var (head, tail) = (System.Text.Encoding.Latin1.GetBytes("MIME-Version: 1.0\r\n" + start), "e.com\r\nX: y\r\n\r\nbody"u8.ToArray());
            WorkGrowth.Check(head, System.Text.Encoding.Latin1.GetBytes(piece), tail, MimeChecks.ReadWholeAndInPieces);
        }
    }

    [Fact]
    public void EveryMessageIsReadInPiecesAsInOne()
    {
        foreach (var bytes in MimeCorpus.All)
        {
            var whole = MimeChecks.Outline(MailAdmin.Core.Mail.Mime.MimeMessage.Parse(bytes).Root);
            Assert.Equal(whole, MimeChecks.Outline(MimeChecks.ParseInPieces(bytes, new Random(1), maxPiece: 1)));
            Assert.Equal(whole, MimeChecks.Outline(MimeChecks.ParseInPieces(bytes, new Random(1), maxPiece: 5000)));
        }
    }

    [Fact]
    public void EveryMessageHoldsWhatHoldsForAnyBytes()
    {
        foreach (var bytes in MimeCorpus.All)
        {
            MimeChecks.Verify(bytes);
        }
    }
}
