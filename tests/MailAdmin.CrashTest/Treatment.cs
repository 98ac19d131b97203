namespace MailAdmin.CrashTest;

/// <summary>What a campaign has done with its messages.</summary>
/// <param name="Action">On the server, after they are acknowledged.</param>
/// <param name="IsCopied">Whether a folder gets a copy of each before that.</param>
internal sealed record Treatment(AfterProcessing Action, bool IsCopied = false)
{
    /// <summary>All that campaigns take turns with.</summary>
    public static IReadOnlyList<Treatment> All { get; } =
    [
        new(AfterProcessing.Move), new(AfterProcessing.None), new(AfterProcessing.MarkRead), new(AfterProcessing.Delete),
        new(AfterProcessing.Move, IsCopied: true),
    ];

    public override string ToString() => IsCopied ? $"{Action} and a copy" : Action.ToString();
}
