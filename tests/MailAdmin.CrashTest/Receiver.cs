using System.Runtime.ExceptionServices;
using System.Text.Json;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Receive;
using MailAdmin.Core.Rounds;

namespace MailAdmin.CrashTest;

/// <summary>
/// The process that dies: receives an Inbox to a folder on disk or a container, does with each message on the server what it is told, and writes
/// a line at every step. The only place that drives the fetch engine.
/// </summary>
internal static class Receiver
{
    /// <summary>The exit code of a run that the server, or a full disk, has ended.</summary>
    public const int Ended = 3;

    public static async Task<int> RunAsync(string destination, string action, string moveTo, string copyTo)
    {
        var facts = JsonSerializer.Deserialize<MailboxFacts>(await Console.In.ReadToEndAsync())!;
        var after = Enum.Parse<AfterProcessing>(action);
        try
        {
            var connection = await facts.ConnectAsync();
            await using var store = MailboxAccess.Open(connection);
            var receiver = new MailReceiver(store, new ReceivePlaces(destination, null, path => path).In(new ReceiveOptions
            {
                AfterProcessing = after,
                MoveTo = after == AfterProcessing.Move ? moveTo : null,
                CopyTo = copyTo.Length > 0 ? copyTo : null,
                Query = new() { Unread = after == AfterProcessing.MarkRead ? true : null },
            }, connection));
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
        catch (Exception e) when (e is ConnectionLostException or ServiceRefusedException { Service: "IMAP" } or InvalidRequestException { Id: "DestinationNotWritable" or "DestinationInUse" })
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Ended;
        }
    }
}
