using System.Runtime.ExceptionServices;
using System.Text.Json;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Receive;

namespace MailAdmin.CrashTest;

/// <summary>
/// The process that dies: receives an Inbox to a folder on disk, moves each message on the server, and writes a line at every
/// step. The only place that drives the fetch engine.
/// </summary>
internal static class Receiver
{
    public static async Task<int> RunAsync(string destination, string moveTo)
    {
        var facts = JsonSerializer.Deserialize<MailboxFacts>(await Console.In.ReadToEndAsync())!;
        await using var store = MailboxAccess.Open(await facts.ConnectAsync());
        var receiver = new MailReceiver(store, new ReceiveOptions { Destination = destination, AfterProcessing = AfterProcessing.Move, MoveTo = moveTo });
        await foreach (var delivery in receiver.ReceiveAsync(CancellationToken.None))
        {
            if (delivery.Error is { } error)
            {
                ExceptionDispatchInfo.Throw(error);
            }

            Console.WriteLine("received");
            delivery.Acknowledge();
            Console.WriteLine("acknowledged");
        }

        return 0;
    }
}
