using System.Text;
using MailAdmin.Core.Base;
using MailAdmin.Core.Receive;
using MailAdmin.Core.Receive.Blobs;

namespace MailAdmin.Tests.Receive.Blobs;

/// <summary>The promises of receiving, with a container in place of the disk.</summary>
[Trait("Network", "Loopback")]
public sealed class BlobReceiveTests(AzuriteFixture fixture) : IClassFixture<AzuriteFixture>
{
    private static readonly ReceiveOptions Move = new() { AfterProcessing = AfterProcessing.Move, MoveTo = "Done" };

    private readonly MemoryStore _store = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_is_a_blob_before_the_caller_sees_it_and_a_second_machine_brings_only_what_is_new()
    {
        var container = await Container.MakeAsync(fixture);
        Add(3);
        var seen = new List<string>();
        var all = await container.ReceiveAsync(_store, each: m =>
        {
            Assert.Equal(Text(m.Id), Encoding.ASCII.GetString(container.ReadAsync(Name(m)).GetAwaiter().GetResult()));
            Assert.StartsWith($"{container.Address.Name}/", m.Path, StringComparison.Ordinal);
            seen.Add(m.Path!);
            return true;
        });
        Assert.Equal(["1", "2", "3"], all.Select(d => d.Message.Id));
        Assert.DoesNotContain(seen, path => path.Contains('?', StringComparison.Ordinal));

        // Nothing is on this machine: the next run is as on another one.
        Assert.Empty(await container.ReceiveAsync(_store));
        Add(1, from: 4);
        Assert.Equal(["4"], (await container.ReceiveAsync(_store)).Select(d => d.Message.Id));
        Assert.Equal(4, (await container.MessagesAsync()).Count);
    }

    [Fact]
    public async Task What_is_remembered_may_be_in_a_container_without_messages()
    {
        var container = await Container.MakeAsync(fixture);
        Add(2);
        var options = container.In(new ReceiveOptions()) with { Destination = null, StatePath = container.Address.Name };
        Assert.Equal(2, await CountAsync());
        Assert.Equal(0, await CountAsync());
        Assert.Single(await container.NamesAsync());

        async Task<int> CountAsync()
        {
            var count = 0;
            await foreach (var delivery in new MailReceiver(_store, options).ReceiveAsync(Cancel))
            {
                delivery.Acknowledge();
                count++;
            }

            return count;
        }
    }

    [Fact]
    public async Task A_blob_of_the_same_name_is_never_written_over_and_the_same_message_makes_no_second_one()
    {
        var container = await Container.MakeAsync(fixture);
        Add(2);
        var first = await container.ReceiveAsync(_store, each: _ => false);
        Assert.All(first, d => Assert.False(d.Message.Redelivered));
        await container.WriteAsync(Name(first[0].Message), "of somebody else");

        var again = await container.ReceiveAsync(_store, Move);
        Assert.Equal([false, true], again.Select(d => d.Message.Redelivered));
        Assert.EndsWith("~2.eml", again[0].Message.Path, StringComparison.Ordinal);
        Assert.Equal("of somebody else", Encoding.ASCII.GetString(await container.ReadAsync(Name(first[0].Message))));
        Assert.Equal(Text("1"), Encoding.ASCII.GetString(await container.ReadAsync(Name(again[0].Message))));
        Assert.Equal(["1", "2"], _store.IdsIn("Done"));
    }

    [Fact]
    public async Task A_large_message_goes_in_blocks_and_comes_out_octet_for_octet()
    {
        var container = await Container.MakeAsync(fixture);
        var content = new byte[(2 * BlobContent.Block) + 12345];
        new Random(1).NextBytes(content);
        Encoding.ASCII.GetBytes("Subject: large\r\n\r\n").CopyTo(content, 0);
        _store.Add("large", content);
        var one = Assert.Single(await container.ReceiveAsync(_store, each: _ => false));
        Assert.Null(one.Error);
        Assert.Equal(content, await container.ReadAsync(Name(one.Message)));
        Assert.True(Assert.Single(await container.ReceiveAsync(_store)).Message.Redelivered);
        Assert.Single(await container.MessagesAsync());
    }

    [Fact]
    public async Task Attachments_lie_beside_the_message_and_a_kind_is_told_before_it_has_a_name()
    {
        var container = await Container.MakeAsync(fixture);
        _store.Add("1", Encoding.ASCII.GetBytes(
            "Subject: a\r\nMIME-Version: 1.0\r\nContent-Type: application/pdf; name=\"a b.pdf\"\r\n"
                + "Content-Disposition: attachment; filename=\"a b.pdf\"\r\n\r\npdf"));
        _store.Add("2", Encoding.ASCII.GetBytes("Subject: b\r\nAuto-Submitted: auto-replied\r\n\r\nout of office"));
        var options = new ReceiveOptions
        {
            SaveAttachments = true,
            Kinds = new HashSet<MailMessageKind> { MailMessageKind.Message },
        };
        var one = Assert.Single(await container.ReceiveAsync(_store, options, each: _ => false));
        var attachment = Assert.Single(one.Message.Attachment!);
        Assert.Equal($"{Path.ChangeExtension(one.Message.Path, null)}/a%20b.pdf", attachment.Path);
        Assert.Equal("pdf", Encoding.ASCII.GetString(await container.ReadAsync($"{Path.ChangeExtension(Name(one.Message), null)}/a b.pdf")));
        var again = Assert.Single(await container.ReceiveAsync(_store, options));
        Assert.Equal((true, attachment.Path), (again.Message.Redelivered, again.Message.Attachment![0].Path));
        Assert.Single(await container.MessagesAsync());
    }

    [Fact]
    public async Task The_ledger_outgrows_its_head_and_is_known_whole_when_the_position_is_lost()
    {
        const int Messages = MemoryHead.MostRecent + 60;
        var container = await Container.MakeAsync(fixture);
        _store.ProcessingBatch = 700;
        Add(Messages);
        Assert.Equal(Messages, (await container.ReceiveAsync(_store)).Count);
        Assert.Empty(await container.ReceiveAsync(_store));
        Add(1, from: Messages + 1);
        Assert.Single(await container.ReceiveAsync(_store));

        var remembered = await container.In(new ReceiveOptions()).OpenStore!($"{container.Address.Name}/.mailadmin")!
            .LookAsync((await _store.FindFolderAsync("Inbox", Cancel))!, Cancel);
        Assert.Equal(Messages + 1, remembered.Count);

        // All ids are new, and all contents are known.
        _store.Rebuild(2);
        Assert.Empty(await container.ReceiveAsync(_store));
    }

    [Fact]
    public async Task A_second_run_is_refused_and_told_by_whom()
    {
        var container = await Container.MakeAsync(fixture);
        Add(1);
        InvalidRequestException? refused = null;
        await container.ReceiveAsync(_store, each: _ =>
        {
            refused = Assert.Throws<InvalidRequestException>(() => container.ReceiveAsync(_store.Copy()).GetAwaiter().GetResult());
            return true;
        });
        Assert.Equal("DestinationInUse", refused!.Id);
        Assert.Contains($"process {Environment.ProcessId} ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sig=", refused.ToString(), StringComparison.Ordinal);
        Assert.Empty(await container.ReceiveAsync(_store));
    }

    [Theory]
    [InlineData(AfterProcessing.Move)]
    [InlineData(AfterProcessing.None)]
    public async Task A_run_that_stood_still_and_lost_its_lease_writes_and_files_nothing_more(AfterProcessing action)
    {
        var container = await Container.MakeAsync(fixture);
        Add(3);
        _store.ProcessingBatch = 1;
        var time = new StillTime();
        var options = action == AfterProcessing.Move ? Move : new ReceiveOptions();
        var before = _store.Copy();
        var (first, second) = (new List<string>(), new List<string>());
        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => container.ReceiveAsync(_store, options, m =>
        {
            first.Add(m.Id);
            if (m.Id == "2")
            {
                // It has message 1 done, and 2 in hand. Another one takes the mailbox over, and does the rest.
                container.EndLeasesAsync().GetAwaiter().GetResult();
                second.AddRange(container.ReceiveAsync(action == AfterProcessing.Move ? _store : before, options)
                    .GetAwaiter().GetResult().Select(d => d.Message.Id));
                _store.Log.Clear();
                time.Jump(TimeSpan.FromSeconds(90));
            }

            return true;
        }, time: time));
        Assert.Equal("DestinationInUse", e.Id);
        Assert.Equal(["1", "2"], first);
        Assert.Equal(["2", "3"], second);
        Assert.Empty(_store.Log);
        Assert.Equal(3, (await container.MessagesAsync()).Count);
        Assert.Empty(await container.ReceiveAsync(action == AfterProcessing.Move ? _store : before, options));
    }

    [Fact]
    public async Task A_container_that_is_missing_or_closed_is_refused_before_the_server_is_changed()
    {
        var container = await Container.MakeAsync(fixture);
        Add(1);
        var missing = await ErrorOfAsync(fixture.Azurite.Sign("nosuchcontainer/in"));
        Assert.Equal("ContainerNotFound", missing.Id);
        var closed = await ErrorOfAsync(fixture.Azurite.Sign($"{container.Admin.Name}/in", "r"));
        Assert.Equal("StorageAccessDenied", closed.Id);
        var bad = await ErrorOfAsync($"{fixture.Azurite.Sign($"{container.Admin.Name}/in").Split("&sig=")[0]}&sig=bm8%3D");
        Assert.Equal("StorageAccessDenied", bad.Id);
        Assert.Empty(_store.Log);
        Assert.Equal(["1"], _store.IdsIn("Inbox"));

        async Task<InvalidRequestException> ErrorOfAsync(string signed)
        {
            var address = StorageAddress.Parse(signed);
            var options = new ReceiveOptions
            {
                AfterProcessing = AfterProcessing.Delete,
                Destination = address.Name,
                OpenStore = name => address.Below(name) is { } below
                    ? new BlobStore(below, new StorageAccess(Wire.Real.Http, TimeProvider.System, null)) : null,
            };
            var e = await Assert.ThrowsAsync<InvalidRequestException>(async () =>
                await new MailReceiver(_store, options).ReceiveAsync(Cancel).ToListAsync(Cancel));
            Assert.DoesNotContain("sig=", e.ToString(), StringComparison.Ordinal);
            return e;
        }
    }

    private void Add(int count, int from = 1)
    {
        for (var i = from; i < from + count; i++)
        {
            _store.Add($"{i}", Encoding.ASCII.GetBytes(Text($"{i}")));
        }
    }

    private static string Text(string id) => $"Subject: {id}\r\n\r\ntext {id}";

    private static string Name(ReceivedMessage message) => message.Path![(message.Path!.LastIndexOf('/') + 1)..];
}
