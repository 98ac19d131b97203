namespace MailAdmin.CrashTest;

/// <summary>What was counted; all but the first five must be zero, and the last two of those equal.</summary>
internal sealed class Tally
{
    public int Kills { get; set; }

    /// <summary>Of the server, under a run.</summary>
    public int ServerKills { get; set; }

    /// <summary>Runs that a full disk has ended.</summary>
    public int FullDisks { get; set; }

    public int Sent { get; set; }

    public int OnDisk { get; set; }

    /// <summary>Not on disk, or on the server nowhere that they should be.</summary>
    public int Lost { get; set; }

    /// <summary>On disk, or on the server, more than once.</summary>
    public int Duplicated { get; set; }

    /// <summary>
    /// On the server more than once, where the server was killed: in the middle of a move, it keeps both, and the next run
    /// moves what is still there. No client can tell.
    /// </summary>
    public int DuplicatedByServer { get; set; }

    /// <summary>Files under a final name that are no message that was sent.</summary>
    public int Damaged { get; set; }

    /// <summary>Moved, copied, marked or deleted on the server when they were not on disk.</summary>
    public int Early { get; set; }

    /// <summary>In the end still in the Inbox, or not marked, when they should not be.</summary>
    public int Left { get; set; }

    public int Temporary { get; set; }

    /// <summary>Received once more by a run that had nothing to do.</summary>
    public int Repeated { get; set; }

    public bool Holds => Sent == OnDisk && (Lost, Duplicated, Damaged, Early, Left, Temporary, Repeated) == (0, 0, 0, 0, 0, 0, 0);

    public void Add(Tally other)
    {
        Kills += other.Kills;
        ServerKills += other.ServerKills;
        FullDisks += other.FullDisks;
        Sent += other.Sent;
        OnDisk += other.OnDisk;
        Lost += other.Lost;
        Duplicated += other.Duplicated;
        DuplicatedByServer += other.DuplicatedByServer;
        Damaged += other.Damaged;
        Early += other.Early;
        Left += other.Left;
        Temporary += other.Temporary;
        Repeated += other.Repeated;
    }

    public override string ToString() =>
        $"{Kills} kills, {ServerKills} of the server, {FullDisks} full disks: {Sent} messages sent, {OnDisk} on disk; {Lost} lost, "
        + $"{Duplicated} duplicated, {Damaged} damaged, {Early} filed too early, {Left} left, {Repeated} repeated, {Temporary} temporary files"
        + (DuplicatedByServer == 0 ? "" : $"; {DuplicatedByServer} left twice by a killed server");
}
