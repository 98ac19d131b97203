using MailAdmin.Core.Receive;

namespace MailAdmin.Tests.Receive;

/// <summary>
/// Something stands under the name of a message already: it is believed only if it holds that message. And what is remembered is
/// written to files that nobody else can lead elsewhere.
/// </summary>
public sealed class FinalNameTests : IDisposable
{
    private readonly Destination _destination = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _destination.Dispose();

    [Theory]
    [InlineData(MailProtocol.Graph, "", AfterProcessing.Move)]
    [InlineData(MailProtocol.Imap, "", AfterProcessing.Move)]
    [InlineData(MailProtocol.Graph, "half", AfterProcessing.Purge)]
    [InlineData(MailProtocol.Imap, "half", AfterProcessing.Purge)]
    [InlineData(MailProtocol.Graph, "longer", AfterProcessing.None)]
    [InlineData(MailProtocol.Imap, "longer", AfterProcessing.Delete)]
    public async Task A_file_that_is_not_the_message_is_not_believed_and_stays(MailProtocol protocol, string content, AfterProcessing action)
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        road.Fill(1);
        var path = await NameAsync(road, protocol);
        var whole = File.ReadAllText(path);
        var spoiled = content switch { "half" => whole[..(whole.Length / 2)], "longer" => whole + "more", _ => content };
        File.WriteAllText(path, spoiled);

        await using var store = road.Open(protocol);
        var delivery = Assert.Single(await _destination.ReceiveAsync(store, Options(action)));

        Assert.Null(delivery.Error);
        Assert.False(delivery.Message.Redelivered);
        Assert.Equal(spoiled, File.ReadAllText(path));
        Assert.Equal($"{path[..^4]}~2.eml", delivery.Message.Path);
        Assert.Equal(whole, File.ReadAllText(delivery.Message.Path!));
        Assert.Equal(whole.Length, delivery.Message.Size);
        Assert.Empty(_destination.Leftovers);
    }

    [FactOn(TestSystem.Unix)]
    public async Task A_link_under_its_name_is_never_believed_and_nothing_is_written_through_it()
    {
        foreach (var dangling in new[] { true, false })
        {
            using var road = await ReceiveEndToEnd.StartAsync();
            road.Fill(1);
            var path = await NameAsync(road, MailProtocol.Imap);
            var target = Path.Combine(_destination.Path, dangling ? "nothing.txt" : "same.txt");
            File.Move(path, target);
            if (dangling)
            {
                File.Delete(target);
            }

            File.CreateSymbolicLink(path, target);

            await using var store = road.Open(MailProtocol.Imap);
            var delivery = Assert.Single(await _destination.ReceiveAsync(store, ReceiveEndToEnd.Move));

            Assert.Null(delivery.Error);
            Assert.Equal($"{path[..^4]}~2.eml", delivery.Message.Path);
            Assert.Equal(!dangling, File.Exists(target));
            Assert.NotNull(new FileInfo(path).LinkTarget);
            Directory.Delete(_destination.Path, recursive: true);
        }
    }

    [Theory]
    [InlineData(MailProtocol.Graph)]
    [InlineData(MailProtocol.Imap)]
    public async Task The_message_itself_under_its_name_is_redelivered_and_makes_no_second_file(MailProtocol protocol)
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        road.Fill(2);
        await NameAsync(road, protocol);
        await using var store = road.Open(protocol);

        var again = await _destination.ReceiveAsync(store, ReceiveEndToEnd.Move);

        Assert.All(again, d => Assert.True(d.Message.Redelivered));
        road.AssertAllMoved(_destination);
    }

    [FactOn(TestSystem.Unix)]
    public async Task A_state_folder_that_is_a_link_or_open_to_all_is_refused_before_anything_is_fetched()
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        road.Fill(1);
        using var elsewhere = new TempFolder();
        Directory.CreateDirectory(_destination.Path);
        var state = Path.Combine(_destination.Path, ".mailadmin");

        Directory.CreateSymbolicLink(state, elsewhere.Path);
        await AssertRefusedAsync(road, state);
        Assert.Empty(Directory.GetFileSystemEntries(elsewhere.Path));
        Directory.Delete(state);

        Directory.CreateDirectory(state);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(state, (UnixFileMode)0b111_111_111);
        }

        await AssertRefusedAsync(road, state);
        Directory.Delete(state, recursive: true);
    }

    [FactOn(TestSystem.Unix)]
    public async Task A_file_of_the_state_that_is_a_link_is_refused_and_its_target_is_as_it_was()
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        road.Fill(1);
        await using (var store = road.Open(MailProtocol.Imap))
        {
            await _destination.ReceiveAsync(store, Options(AfterProcessing.None));
        }

        var target = Path.Combine(_destination.Path, "target.txt");
        foreach (var extension in new[] { "seen", "json", "lock", "owner" })
        {
            var file = _destination.Memory(extension);
            var content = File.ReadAllBytes(file);
            File.WriteAllText(target, "as it was");
            File.Delete(file);
            File.CreateSymbolicLink(file, target);

            await AssertRefusedAsync(road, file);

            Assert.Equal("as it was", File.ReadAllText(target));
            File.Delete(file);
            File.WriteAllBytes(file, content);
        }
    }

    [Fact]
    public async Task Two_runs_with_their_own_state_side_by_side_leave_each_others_files_alone()
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        road.Fill(6);
        using var places = new TempFolder();
        await using var one = road.Open(MailProtocol.Graph);
        await using var two = road.Open(MailProtocol.Graph);
        var options = Options(AfterProcessing.None);
        List<Delivery>? inBetween = null;

        var first = new List<Delivery>();
        await foreach (var delivery in new MailReceiver(one, options with { Destination = _destination.Path, StatePath = places["one"] }).ReceiveAsync(Token))
        {
            first.Add(delivery);
            delivery.Acknowledge();
            inBetween ??= await _destination.ReceiveAsync(two, options with { StatePath = places["two"] });
        }

        Assert.Equal(6, inBetween!.Count);
        Assert.All(first.Concat(inBetween), d => Assert.Null(d.Error));
        Assert.Equal(6, first.Count);
        Assert.Equal(6, _destination.Files.Count);
        Assert.Empty(_destination.Leftovers);
    }

    private static ReceiveOptions Options(AfterProcessing action) =>
        ReceiveEndToEnd.Move with { AfterProcessing = action, MoveTo = action == AfterProcessing.Move ? "Done" : null };

    /// <summary>The file of the newest message: received, and not acknowledged.</summary>
    private async Task<string> NameAsync(ReceiveEndToEnd road, MailProtocol protocol)
    {
        await using var store = road.Open(protocol);
        return (await _destination.ReceiveAsync(store, ReceiveEndToEnd.Move, _ => false))[^1].Message.Path!;
    }

    private async Task AssertRefusedAsync(ReceiveEndToEnd road, string target)
    {
        await using var store = road.Open(MailProtocol.Imap);
        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => _destination.ReceiveAsync(store, Options(AfterProcessing.None)));
        Assert.Equal(("StatePathNotSafe", target), (e.Id, (string)e.Target!));
        Assert.Contains("-StatePath", e.Advice, StringComparison.Ordinal);
    }
}
