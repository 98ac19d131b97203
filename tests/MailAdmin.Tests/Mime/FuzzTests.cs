namespace MailAdmin.Tests.Mime;

public class FuzzTests
{
    private static readonly int Cases =
        int.TryParse(Environment.GetEnvironmentVariable("MAILADMIN_FUZZ_CASES"), out var cases) ? cases : 20_000;

    [Fact]
    public void MutatedMessagesAreRead() => new MimeFuzz(seed: 1).Run(Cases);

    [Fact]
    public void EveryMessageIsReadInPiecesAsInOne()
    {
        foreach (var bytes in MimeCorpus.All)
        {
            var whole = MimeChecks.Outline(MailAdmin.Core.Mime.MimeMessage.Parse(bytes).Root);
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
