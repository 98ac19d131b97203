using MailAdmin.Core.Receive;

namespace MailAdmin.Tests.Receive;

/// <summary>What tells one message from another whatever id it has.</summary>
public sealed class ContentHashTests
{
    private const int Beginning = 16 * 1024;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Beginning - 1)]
    [InlineData(Beginning)]
    [InlineData(Beginning + 1)]
    [InlineData(200_000)]
    public void It_is_the_same_in_one_piece_in_many_and_from_a_file(int size)
    {
        var octets = Octets(size);
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, octets);
        var whole = Of(octets, size + 1);
        Assert.Equal(whole, Of(octets, 7));
        Assert.Equal(whole, Of(octets, 5_000));
        Assert.Equal(whole, ContentHash.OfFile(path));
        File.Delete(path);
    }

    [Fact]
    public void Another_size_or_another_beginning_is_another_message()
    {
        var octets = Octets(Beginning + 2);
        var hash = Of(octets, octets.Length);
        Assert.NotEqual(hash, Of(octets[..^1], octets.Length));
        Assert.NotEqual(Of([], 1), Of([0], 1));
        octets[Beginning - 1] ^= 1;
        Assert.NotEqual(hash, Of(octets, octets.Length));
    }

    [Fact]
    public void It_starts_over_when_it_is_complete()
    {
        using var hash = new ContentHash();
        hash.Append(Octets(Beginning + 1));
        _ = hash.Complete();
        hash.Append(Octets(100));
        Assert.Equal(Of(Octets(100), 100), hash.Complete());
    }

    private static byte[] Octets(int size)
    {
        var octets = new byte[size];
        new Random(size).NextBytes(octets);
        return octets;
    }

    private static byte[] Of(byte[] octets, int piece)
    {
        using var hash = new ContentHash();
        foreach (var some in octets.Chunk(piece))
        {
            hash.Append(some);
        }

        return hash.Complete();
    }
}
