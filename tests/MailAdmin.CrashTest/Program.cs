using System.Globalization;
using MailAdmin.CrashTest;

// crash-test.sh starts it with the number of rounds; it starts itself with "receive DESTINATION ACTION FOLDER COPIES" for each run that is to die.
return args switch
{
    ["receive", var destination, var action, var moveTo, var copyTo] => await Receiver.RunAsync(destination, action, moveTo, copyTo),
    ["work"] => await Workers.WorkAsync(),
    ["blobs", var rounds] when IsCount(rounds, out var count) => await Rounds.RunBlobsAsync(count),
    ["workers", var kills] when IsCount(kills, out var count) => await Workers.RunAsync(count),
    ["standstill"] => await Standstill.RunAsync(),
    [var rounds] when IsCount(rounds, out var count) => await Rounds.RunAsync(count),
    _ => Usage(),
};

static bool IsCount(string text, out int count) =>
    int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count > 0;

static int Usage()
{
    Console.Error.WriteLine("usage: tests/crash-test.sh [rounds], or blobs rounds, or workers kills, or standstill");
    return 2;
}
