using System.Globalization;
using MailAdmin.CrashTest;

// crash-test.sh starts it with the number of rounds; it starts itself with "receive DESTINATION ACTION FOLDER COPIES" for each run that is to die.
return args switch
{
    ["receive", var destination, var action, var moveTo, var copyTo] => await Receiver.RunAsync(destination, action, moveTo, copyTo),
    [var rounds] when int.TryParse(rounds, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 => await Rounds.RunAsync(count),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: tests/crash-test.sh [rounds]");
    return 2;
}
