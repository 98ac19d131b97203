namespace MailAdmin.Core.Journal;

/// <summary>Finds apps in the journal, also those that were removed.</summary>
internal static class AppHistory
{
    /// <summary>Returns the client ID for an ID.</summary>
    /// <param name="changes">The changes in the journal.</param>
    /// <param name="app">A client ID, or the object ID of a registration or a service principal.</param>
    /// <param name="isId">Whether it is an ID.</param>
    /// <returns>Null for a name, or if the journal has no change of such an app.</returns>
    public static string? ClientIdOf(IReadOnlyList<MailAdminChange> changes, string app, bool isId) => !isId ? null
        : changes.FirstOrDefault(c => Same(c.ClientId, app))?.ClientId
            ?? changes.FirstOrDefault(c => IsBirth(c) && Same(c.After, app))?.ClientId;

    /// <summary>The client ID of an app that the tenant no longer has.</summary>
    /// <param name="changes">The changes in the journal.</param>
    /// <param name="name">Its display name.</param>
    /// <returns>The latest one of that name; null when none was created from here.</returns>
    public static string? RemovedOf(IReadOnlyList<MailAdminChange> changes, string name) =>
        changes.LastOrDefault(c => IsBirth(c) && Same(c.Target, name))?.ClientId;

    private static bool IsBirth(MailAdminChange change) =>
        JournalAction.NewApp.Is(change) || JournalAction.NewEnterpriseApp.Is(change) || JournalAction.AdoptApp.Is(change);

    private static bool Same(string? left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
