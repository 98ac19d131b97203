namespace MailAdmin.CrashTest;

/// <summary>What was counted; all but the first four must be zero, and those three equal.</summary>
internal sealed class Tally
{
    public int Kills { get; set; }

    public int Sent { get; set; }

    public int OnDisk { get; set; }

    public int Moved { get; set; }

    /// <summary>Neither on disk nor in the folder that they are moved to.</summary>
    public int Lost { get; set; }

    /// <summary>On disk, or on the server, more than once.</summary>
    public int Duplicated { get; set; }

    /// <summary>Files under a final name that are no message that was sent.</summary>
    public int Damaged { get; set; }

    /// <summary>Moved on the server when they were not on disk.</summary>
    public int Early { get; set; }

    /// <summary>Still in the Inbox at the end.</summary>
    public int Left { get; set; }

    public int Temporary { get; set; }

    /// <summary>Received once more by a run that had nothing to do.</summary>
    public int Repeated { get; set; }

    public bool Holds => Sent == OnDisk && Sent == Moved
        && (Lost, Duplicated, Damaged, Early, Left, Temporary, Repeated) == (0, 0, 0, 0, 0, 0, 0);

    public void Add(Tally other)
    {
        Kills += other.Kills;
        Sent += other.Sent;
        OnDisk += other.OnDisk;
        Moved += other.Moved;
        Lost += other.Lost;
        Duplicated += other.Duplicated;
        Damaged += other.Damaged;
        Early += other.Early;
        Left += other.Left;
        Temporary += other.Temporary;
        Repeated += other.Repeated;
    }

    public override string ToString() =>
        $"{Kills} kills: {Sent} messages sent, {OnDisk} on disk, {Moved} moved; {Lost} lost, {Duplicated} duplicated, {Damaged} damaged, "
        + $"{Early} moved too early, {Left} left, {Repeated} repeated, {Temporary} temporary files";
}
