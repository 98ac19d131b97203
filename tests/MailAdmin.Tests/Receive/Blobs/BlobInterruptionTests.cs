using System.Text;
using MailAdmin.Core.Base;
using MailAdmin.Core.Receive;

namespace MailAdmin.Tests.Receive.Blobs;

/// <summary>
/// The process dies before or after any of its requests to Azure Storage, and after any answer that is lost on the way; then the
/// next run has to come to the same end, and the one after it has nothing to do.
/// </summary>
[Trait("Network", "Loopback")]
public sealed class BlobInterruptionTests(AzuriteFixture fixture) : IClassFixture<AzuriteFixture>
{
    private const int Messages = 3;

    private sealed class Death : Exception;

    /// <summary>Counts the requests, and ends everything at one of them; or loses the answer of one.</summary>
    private sealed class Reaper(int? dies = null, int? loses = null) : DelegatingHandler(Wire.Real.Http)
    {
        public int Steps { get; private set; }

        public bool IsDead { get; private set; }

        public void Gate()
        {
            if (IsDead)
            {
                throw new Death();
            }
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Step();
            var response = await base.SendAsync(request, cancellationToken);
            Step();
            if (Steps / 2 == loses)
            {
                loses = null;
                response.Dispose();
                throw new HttpRequestException(HttpRequestError.ResponseEnded, "The answer was lost.");
            }

            return response;
        }

        private void Step()
        {
            IsDead |= ++Steps == dies;
            Gate();
        }
    }

    [Theory]
    [InlineData(AfterProcessing.None)]
    [InlineData(AfterProcessing.Move)]
    public async Task Killed_before_or_after_any_request_the_next_run_comes_to_the_same_end(AfterProcessing action)
    {
        var undisturbed = new Reaper();
        var expected = await RunAsync(action, undisturbed, "");
        Assert.True(undisturbed.Steps > Messages * 4, $"Only {undisturbed.Steps} steps were watched.");
        for (var at = 1; at <= undisturbed.Steps; at++)
        {
            Assert.Equal((at, expected), (at, await RunAsync(action, new Reaper(dies: at), "killed")));
        }

        for (var at = 1; at <= undisturbed.Steps / 2; at++)
        {
            Assert.Equal((at, expected), (at, await RunAsync(action, new Reaper(loses: at), "lost")));
        }
    }

    private async Task<string> RunAsync(AfterProcessing action, Reaper reaper, string how)
    {
        var container = await Container.MakeAsync(fixture);
        var store = new MemoryStore { ProcessingBatch = 2 };
        for (var i = 0; i < Messages; i++)
        {
            store.Add($"{i}", Encoding.ASCII.GetBytes(
                $"Subject: {i}\r\nMIME-Version: 1.0\r\nContent-Type: application/pdf; name=a{i}.pdf\r\nContent-Disposition: attachment; filename=a{i}.pdf\r\n\r\n{i}"));
        }

        var options = new ReceiveOptions
        {
            AfterProcessing = action,
            MoveTo = action == AfterProcessing.Move ? "Done" : null,
            SaveAttachments = true,
        };
        var handed = new List<string>();
        store.Gate = reaper.Gate;
        var run = container.ReceiveAsync(store, options, m => Note(m, reaper.Gate), reaper, new StillTime());
        if (how == "killed")
        {
            await Assert.ThrowsAsync<Death>(() => run);
            await container.EndLeasesAsync();
        }
        else
        {
            // Of a process that goes on, nothing comes twice.
            Assert.All(await run, d => Assert.False(d.Message.Redelivered));
            Assert.Equal(Messages, handed.Count);
        }

        var before = handed.ToArray();
        store.Gate = () => { };
        var resumed = await container.ReceiveAsync(store, options, m => Note(m, () => { }));
        Assert.All(resumed.Where(d => before.Contains(d.Message.Id)), d => Assert.True(d.Message.Redelivered));
        Assert.Equal(Messages, handed.Distinct().Count());
        Assert.Empty(await container.ReceiveAsync(store, options));
        return string.Join(',', (await container.NamesAsync()).Where(n => !n.EndsWith(".memory", StringComparison.Ordinal)))
            + $"|{string.Join(',', store.IdsIn("Inbox"))}|{string.Join(',', store.IdsIn("Done").Order(StringComparer.Ordinal))}";

        bool Note(ReceivedMessage message, Action gate)
        {
            gate();
            handed.Add(message.Id);
            return true;
        }
    }
}
