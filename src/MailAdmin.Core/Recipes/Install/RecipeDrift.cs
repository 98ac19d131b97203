using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Diagnosis;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>
/// Compares an app with its recipe: permissions and consent, credential, redirect URI, restriction, mailbox permissions and
/// settings. It reads the configuration and changes nothing.
/// </summary>
internal sealed class RecipeDrift
{
    private readonly Session _session;
    private readonly InstallRequest _request;
    private readonly MailAppRegistration _app;
    private readonly DriftList _found;
    private readonly List<MailCheck> _checks = [];

    /// <summary>Compares with a session.</summary>
    /// <param name="session">
    /// Signed in with Directory.Read.All, and Exchange.ManageAsApp with View-Only Organization Management for Exchange.
    /// </param>
    /// <param name="request">The recipe, and the mailboxes that the app is for.</param>
    public RecipeDrift(Session session, MailAppRegistration app, InstallRequest request)
    {
        (_session, _app, _request) = (session, app, request with { Cloud = session.Cloud });
        _found = new DriftList(app, _request);
    }

    /// <summary>The differences, after the comparison.</summary>
    public IReadOnlyList<MailAppDrift> Found => _found.All;

    /// <summary>The steps of a plan that close the differences.</summary>
    internal IReadOnlySet<string> Steps => _found.Steps;

    private MailAppRecipe Recipe => _request.Recipe;

    /// <summary>Compares them.</summary>
    /// <returns>The result. An area that the session isn't allowed to read is skipped and reported.</returns>
    /// <exception cref="ConnectionLostException">The service couldn't be reached.</exception>
    /// <exception cref="InvalidRequestException">
    /// A mailbox isn't there, or the recipe doesn't have this way of access.
    /// </exception>
    public async Task<MailAppTest> RunAsync(CancellationToken cancellationToken)
    {
        _found.Clear();
        _checks.Clear();
        var facts = new AppFacts(_session, _app);
        var granted = await facts.PermissionsAsync(cancellationToken).ConfigureAwait(false);
        var ofApp = new AppDrift(_session, _app, _request, _found);
        await CheckAsync("Permissions", () => Run(() => ofApp.Permissions(granted))).ConfigureAwait(false);
        if (Recipe.Credential is { } credential)
        {
            await CheckAsync(
                "Credential", () => ofApp.CredentialAsync(credential, cancellationToken)).ConfigureAwait(false);
        }

        if (_app.ApplicationObjectId is not null)
        {
            await CheckAsync("Control", () => ofApp.ControlAsync(cancellationToken)).ConfigureAwait(false);
        }

        if (Recipe.Redirect is not null)
        {
            await CheckAsync("Redirect", () => Run(ofApp.Redirect)).ConfigureAwait(false);
        }

        var ofAccess = new AccessDrift(_session, facts, _request, _found);
        if (_request.Kind == MailAppRecipeKind.AppOnly && Recipe.Restricted)
        {
            await CheckAsync("Restriction", () => ofAccess.RestrictionAsync(cancellationToken)).ConfigureAwait(false);
        }

        if (Recipe.VendorApp is not null)
        {
            await CheckAsync("Assignment", () => ofApp.AssignmentAsync(cancellationToken)).ConfigureAwait(false);
        }

        if (_request.Mailboxes.Count == 0 && _request.Kind == MailAppRecipeKind.AppOnly)
        {
            _checks.Add(new MailCheck("Mailbox", CheckStatus.Skipped)
            {
                Evidence = "no mailbox of the app was found in its scope, in SendAs permissions, or in the change journal",
                Advice = "Specify -Mailbox.",
            });
        }

        foreach (var mailbox in _request.Mailboxes)
        {
            await CheckAsync(
                $"Mailbox {mailbox}", () => ofAccess.MailboxAsync(mailbox, cancellationToken)).ConfigureAwait(false);
        }

        return new MailAppTest
        {
            App = _app.Name,
            ClientId = _app.ClientId,
            Recipe = Recipe.Name,
            Verdict = MailboxTester.Judge(_checks),
            Checks = [.. _checks],
            Drift = [.. Found],
            Finding = await RetiredAsync(granted, cancellationToken).ConfigureAwait(false),
            TestedAt = _session.Wire.Time.GetUtcNow(),
        };
    }

    /// <summary>Finds technology of the app's permissions that Microsoft retires.</summary>
    private async Task<MailAppFinding[]> RetiredAsync(
        IReadOnlyList<MailAppPermission> granted, CancellationToken cancellationToken)
    {
        MailAppAccessPath[] access =
        [
            .. granted.Select(p => (Permission: $"{p}", PermissionTable.Of(p).Protocol)).Where(p => p.Protocol is not null)
                .Select(p => new MailAppAccessPath
                {
                    Permission = p.Permission,
                    Protocol = p.Protocol!,
                    Scope = "",
                    Mailbox = p.Protocol == "SMTP" ? [.. _request.Mailboxes] : null,
                }),
        ];
        var protocols = Array.Exists(access, a => a.Protocol is "EWS" or "SMTP")
            ? await Allowed.TryAsync(
                async () => (TenantProtocols?)await TenantProtocols.ReadAsync(
                    _session, null, cancellationToken).ConfigureAwait(false),
                _ => null).ConfigureAwait(false)
            : null;
        return [.. RetirementFindings.Of(_app.ClientId, access, protocols, _session.Wire.Time.GetUtcNow())];
    }

    /// <summary>
    /// Rejects an app that only its own tag assigns to the recipe. Its owner can write the tag, and would get the recipe's
    /// permissions.
    /// </summary>
    /// <param name="session">
    /// Signed in with Directory.Read.All, and for apps that weren't registered from here Exchange.ManageAsApp.
    /// </param>
    /// <param name="recipe">The recipe that its tag names.</param>
    /// <param name="isNamedById">Whether app and recipe were named, the app by an ID.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="InvalidRequestException">
    /// The app wasn't registered with MailAdmin, and Exchange has no service principal under its name (ForeignApp). Or it's
    /// specified by ID and others control it (AdoptionRequired).
    /// </exception>
    public static async Task RequireOwnAsync(
        Session session, MailAppRegistration app, MailAppRecipe recipe, bool isNamedById, CancellationToken cancellationToken)
    {
        if (recipe.VendorApp is { } vendor && vendor.ClientId.Equals(app.ClientId, StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        var directory = new AppDirectory(session);
        var (identity, found) = (
            new AppIdentity(session, directory),
            await directory.FindOwnAsync(app.ClientId, cancellationToken).ConfigureAwait(false));
        await (isNamedById
            ? identity.RequireSoleAsync(found, cancellationToken)
            : identity.RequireOwnAsync(
                found,
                $"Its owner can change its name and its tags. To use this app, specify -App {app.ClientId} -Recipe "
                    + $"{recipe.Name}, and -Adopt if other users control it.",
                cancellationToken)).ConfigureAwait(false);
    }

    private async Task CheckAsync(string name, Func<Task> look)
    {
        var before = Found.Count;
        try
        {
            await look().ConfigureAwait(false);
            _checks.Add(Check(name, [.. Found.Skip(before)]));
        }
        catch (ServiceRefusedException e) when (e.IsDenied)
        {
            _checks.Add(new MailCheck(name, CheckStatus.Skipped)
            {
                Evidence = $"it can't be read because you don't have permission: {e.Message}",
                ServiceCode = e.SubCode ?? e.Code,
                ServiceMessage = e.Message,
                RequestId = e.RequestId,
            });
        }
    }

    private static MailCheck Check(string name, MailAppDrift[] news)
    {
        if (news.Length == 0)
        {
            return new MailCheck(name, CheckStatus.Passed) { Evidence = "matches the recipe" };
        }

        var isWarning = Array.TrueForAll(
            news, d => d.Kind is MailAppDriftKind.ExpiresSoon or MailAppDriftKind.ForeignAccess);
        return new MailCheck(name, isWarning ? CheckStatus.Warning : CheckStatus.Failed)
        {
            Evidence = string.Join("; ", news.Select(d => d.ToString())),
            Cause = news[0].Cause,
            Advice = news[0].Advice,
        };
    }

    private static Task Run(Action look)
    {
        look();
        return Task.CompletedTask;
    }
}
