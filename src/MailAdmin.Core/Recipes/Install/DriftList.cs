using MailAdmin.Core.Permissions;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>Collects the differences between an app and its recipe, with the steps that correct them.</summary>
/// <param name="app">The app.</param>
/// <param name="request">The recipe, and the mailboxes that the app is for.</param>
internal sealed class DriftList(MailAppRegistration app, InstallRequest request)
{
    private readonly List<(MailAppDrift Drift, string? Step)> _found = [];

    /// <summary>Compares permissions by resource, kind and name.</summary>
    public static readonly IEqualityComparer<MailAppPermission> Key = EqualityComparer<MailAppPermission>.Create(
        (a, b) => PermissionName.AppIdOf(a!) == PermissionName.AppIdOf(b!) && a!.Kind == b!.Kind
            && a.Name.Equals(b.Name, StringComparison.OrdinalIgnoreCase),
        p => StringComparer.OrdinalIgnoreCase.GetHashCode(p.Name));

    /// <summary>The differences.</summary>
    public IReadOnlyList<MailAppDrift> All => [.. _found.Select(f => f.Drift)];

    /// <summary>The steps of a plan that close the differences.</summary>
    public IReadOnlySet<string> Steps => _found.Select(f => f.Step).OfType<string>().ToHashSet(StringComparer.Ordinal);

    /// <summary>The mailboxes in words.</summary>
    public string Mailboxes => request.Mailboxes.Count == 0 ? "its mailboxes" : string.Join(", ", request.Mailboxes);

    /// <summary>Clears the list.</summary>
    public void Clear() => _found.Clear();

    /// <summary>Adds a difference that a step closes.</summary>
    public void Add(MailAppDriftKind kind, string item, string? expected, string? actual, string cause, string step) =>
        _found.Add((Drift(kind, item, expected, actual, cause, "To remove the difference, run Repair-MailApp."), step));

    /// <summary>Adds a difference that no step closes.</summary>
    public void AddOpen(
        MailAppDriftKind kind, string item, string? expected, string? actual, string cause, string advice) =>
        _found.Add((Drift(kind, item, expected, actual, cause, advice), null));

    private MailAppDrift Drift(
        MailAppDriftKind kind, string item, string? expected, string? actual, string cause, string advice) => new()
    {
        App = app.Name,
        ClientId = app.ClientId,
        Recipe = request.Recipe.Name,
        Kind = kind,
        Item = item,
        Expected = expected,
        Actual = actual,
        Cause = cause,
        Advice = advice,
    };
}
