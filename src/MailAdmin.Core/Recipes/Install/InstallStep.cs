namespace MailAdmin.Core.Recipes.Install;

/// <summary>
/// Represents a step of a plan: its name and action, which follow from the request only, and its function. The function reads
/// before it changes, so that it can be repeated. An action without permission is pending for another administrator.
/// </summary>
/// <param name="Name">The name of the step.</param>
/// <param name="Target">The object of the step.</param>
/// <param name="Action">The action of the step.</param>
/// <param name="Needs">The role that the step requires; null for none.</param>
/// <param name="RunAsync">Does it. What it throws becomes a status.</param>
internal sealed record InstallStep(
    string Name, string Target, string Action, string? Needs, Func<InstallRun, CancellationToken, Task<StepResult>> RunAsync)
{
    /// <summary>The steps without which it isn't run: if one of them failed, it is Skipped.</summary>
    public IReadOnlyList<string> After { get; init; } = [];

    /// <summary>Whether it is about one mailbox. Then only steps about the app, or the same mailbox, count.</summary>
    public bool IsOfMailbox { get; init; }

    /// <summary>Whether the step only reads.</summary>
    public bool IsTest { get; init; }

    /// <summary>Returns a function that requires the app: without an app, the step waits for the one that creates it.</summary>
    public static Func<InstallRun, CancellationToken, Task<StepResult>> WithApp(
        Func<InstallRun, MailAppRegistration, CancellationToken, Task<StepResult>> work) =>
        async (run, cancellationToken) => await run.AppAsync(cancellationToken).ConfigureAwait(false) is { } app
            ? await work(run, app, cancellationToken).ConfigureAwait(false)
            : StepResult.WaitsFor(run.Maker);

    /// <summary>Permissions in words.</summary>
    public static string List(IEnumerable<MailAppPermission> permissions) =>
        string.Join(", ", permissions.Select(p => p.Kind == PermissionKind.Delegated ? $"{p} (delegated)" : p.ToString()));
}

/// <summary>Roles that steps need.</summary>
internal static class StepRoles
{
    public const string Apps = "Cloud Application Administrator", Grants = "Privileged Role Administrator",
        Directory = "Directory Readers", Reader = "Global Reader",
        ExchangeReader = "View-Only Organization Management (Global Reader)";
}
