using MailAdmin.Core.Access;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Diagnosis;
using MailAdmin.Core.Service;
using static MailAdmin.Core.Recipes.Install.InstallStep;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>The steps for one mailbox: permissions, settings, and folders.</summary>
internal static class MailboxSteps
{
    private const string UsualLanguage = "en-US";

    /// <summary>FullAccess to a mailbox: of the app's service principal, or of the person who signs in.</summary>
    public static InstallStep Access(InstallRequest request, string mailbox) => new(
        StepName.Access, mailbox,
        $"Grant {request.User ?? "the service principal of the app"} {string.Join(" and ", Rights(request))} in Exchange",
        request.User is null ? ExchangeRoles.Organization : ExchangeRoles.Recipients,
        (run, cancellationToken) => AccessAsync(run, mailbox, cancellationToken));

    /// <summary>Sets the required properties of the mailbox: IMAP enabled, a time zone.</summary>
    public static InstallStep Settings(InstallRequest request, string mailbox)
    {
        var ask = request.Recipe.Mailbox.TimeZone ? "Check the time zone" : null;
        string?[] actions =
        [
            request.Recipe.Mailbox.ImapEnabled ? "Enable IMAP" : null,
            request.TimeZone is { } zone ? $"Set the time zone {zone}" : ask,
        ];
        return new InstallStep(
            StepName.Mailbox, mailbox, string.Join(" and ", actions.OfType<string>()), ExchangeRoles.Recipients,
            (run, cancellationToken) => SettingsAsync(run, mailbox, cancellationToken));
    }

    /// <summary>
    /// Finds other grantees on a mailbox that should be the product's only. No permission is removed, because it might be
    /// intended.
    /// </summary>
    public static InstallStep Dedicated(string mailbox) => new(
        StepName.Dedicated, mailbox, "Check who else has access to the mailbox, which should be used only by the product",
        StepRoles.ExchangeReader, (run, cancellationToken) => DedicatedAsync(run, mailbox, cancellationToken))
    {
        IsTest = true,
    };

    /// <summary>
    /// Checks whether the mailbox's user has the license that the vendor recommends. It's optional, so no step waits for it.
    /// </summary>
    public static InstallStep License(InstallRequest request, string mailbox) => new(
        StepName.License, mailbox,
        $"Check that the license is {request.Recipe.Mailbox.License!.Name} or better, which the vendor recommends",
        StepRoles.Directory, (run, cancellationToken) => LicenseAsync(run, mailbox, cancellationToken))
    {
        IsTest = true,
    };

    /// <summary>Creates the product's target folder for messages, as the app itself.</summary>
    public static InstallStep Folder(InstallRequest request, string mailbox) => new(
        StepName.Folder, mailbox, $"Create the folder '{request.Recipe.AfterProcessing!.Folder}' for processed messages",
        null, WithApp((run, _, cancellationToken) => FolderAsync(run, mailbox, cancellationToken)));

    // Who sends through the vendor's app sends as the mailbox.
    private static MailboxAccessRight[] Rights(InstallRequest request) =>
        request.User is not null && request.Permissions.Any(p => p.Name.StartsWith("Mail.Send", StringComparison.Ordinal))
        ? [MailboxAccessRight.FullAccess, MailboxAccessRight.SendAs]
        : [MailboxAccessRight.FullAccess];

    private static async Task<StepResult> AccessAsync(InstallRun run, string mailbox, CancellationToken cancellationToken)
    {
        var (grants, rights) = (new MailboxAccessGrants(run.Session), Rights(run.Request));
        if (run.Request.User is null && await run.AppAsync(cancellationToken).ConfigureAwait(false) is null)
        {
            return StepResult.WaitsFor(run.Maker);
        }

        var found = await run.MailboxAsync(mailbox, cancellationToken).ConfigureAwait(false);
        var grant = run.Request.User is { } user
            ? await grants.GrantUserAsync(
                user, found, rights, autoMapping: false, cancellationToken).ConfigureAwait(false)
            : await grants.GrantAsync(run.Facts, found, rights, force: false, cancellationToken).ConfigureAwait(false);
        return StepResult.FromChange(
            grant.Change, $"Granted {string.Join(", ", grant.AccessRight)} to {grant.Grantee}.", grant.Pending) with
            {
                RunAgainAfter = grant.EffectiveBy,
            };
    }

    private static async Task<StepResult> SettingsAsync(InstallRun run, string mailbox, CancellationToken cancellationToken)
    {
        var (request, needs) = (run.Request, run.Request.Recipe.Mailbox);
        var settings = new MailboxSettings(run.Session);
        var found = await run.MailboxAsync(mailbox, cancellationToken).ConfigureAwait(false);
        var now = await settings.GetAsync(found, cancellationToken).ConfigureAwait(false);
        bool? imap = needs.ImapEnabled && now.ImapEnabled != true ? true : null;
        var wanted = request.TimeZone is { } named ? MailboxSettings.WindowsName(named) : null;
        var zone = wanted is not null && !wanted.Equals(now.TimeZone, StringComparison.OrdinalIgnoreCase) ? wanted : null;
        if (imap is not null || zone is not null)
        {
            // Exchange takes a time zone only together with a language.
            var language = zone is null || now.Language is not null ? null : request.Language ?? UsualLanguage;
            now = await settings.SetAsync(
                found, now, language, zone, imap, null, cancellationToken).ConfigureAwait(false);
            if (now.Change == ChangeKind.Pending)
            {
                return StepResult.NotSeen("Exchange accepted the settings.");
            }
        }

        if (needs.TimeZone && now.TimeZone is null)
        {
            return new StepResult(MailAppStepStatus.Pending, "The mailbox has no time zone because it has never been opened.")
            {
                Advice = "Run the command again with -TimeZone, such as Europe/Berlin.",
            };
        }

        string?[] done =
        [
            needs.ImapEnabled ? "IMAP is enabled" : null,
            needs.TimeZone || wanted is not null ? $"time zone {now.TimeZone}" : null,
        ];
        return StepResult.FromChange(now.Change, string.Join(", ", done.OfType<string>()) + ".", []);
    }

    private static async Task<StepResult> DedicatedAsync(InstallRun run, string mailbox, CancellationToken cancellationToken)
    {
        var app = await run.AppAsync(cancellationToken).ConfigureAwait(false);
        var found = await run.MailboxAsync(mailbox, cancellationToken).ConfigureAwait(false);
        var checks = await new OtherAccess(run.Session)
            .FindAsync(found, app?.ClientId, cancellationToken).ConfigureAwait(false);
        var others = checks.Where(c => c.Status == CheckStatus.Warning).Select(c => c.Evidence);
        var unknown = checks.Where(c => c.Status == CheckStatus.Unknown).Select(c => c.Name).ToArray();
        string?[] details =
        [
            others.Any() ? $"Other users have access: {string.Join(", ", others)}." : "No other user has access.",
            unknown.Length > 0 ? $"Unknown: {string.Join(", ", unknown)}." : null,
        ];
        return StepResult.Unchanged(string.Join(" ", details.OfType<string>())) with
        {
            Checks = checks,
            Advice = "Inbox rules can't be read. Check that no rule moves or deletes messages.",
        };
    }

    /// <remarks>https://learn.microsoft.com/graph/api/user-get (assignedLicenses)</remarks>
    private static async Task<StepResult> LicenseAsync(InstallRun run, string mailbox, CancellationToken cancellationToken)
    {
        var id = run.Known(mailbox)?.ObjectId ?? mailbox;
        Microsoft.Graph.Models.User? user;
        try
        {
            user = await run.Session.CallGraphAsync(g => g.Users[id].GetAsync(
                r => r.QueryParameters.Select = ["id", "assignedLicenses"], cancellationToken)).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (e.HttpStatus == 404)
        {
            return new StepResult(
                MailAppStepStatus.Skipped, $"The license can't be read because '{mailbox}' isn't a user principal name.");
        }

        var has = (user?.AssignedLicenses ?? []).Select(l => l.SkuId?.ToString()).OfType<string>().ToArray();
        var license = run.Request.Recipe.Mailbox.License!;
        if (has.Intersect(license.Sku, StringComparer.OrdinalIgnoreCase).Any())
        {
            return StepResult.Unchanged($"The mailbox has {license.Name} or better.");
        }

        var detail = has.Length == 0 ? "The mailbox has no license." : "The mailbox has another license.";
        return StepResult.Unchanged(detail) with
        {
            Advice = $"The vendor recommends {license.Name} or better. Messages are also received without it.",
        };
    }

    private static async Task<StepResult> FolderAsync(InstallRun run, string mailbox, CancellationToken cancellationToken)
    {
        var protocol = run.Request.Recipe.Protocol;
        if (run.Connection(mailbox, protocol) is not { } connection)
        {
            return StepResult.NoSecret("The folder can't be checked");
        }

        try
        {
            var store = MailboxAccess.Open(connection, run.TokensOf(connection));
            await using (store.ConfigureAwait(false))
            {
                var folder = await store.CreateFolderAsync(
                    run.Request.Recipe.AfterProcessing!.Folder!, cancellationToken).ConfigureAwait(false);
                var isSeen = folder.Change == ChangeKind.Unchanged || await Poll.UntilAsync(
                    run.Session.Wire, "The folder",
                    ct => store.FindFolderAsync(folder.Path, ct, counted: false),
                    cancellationToken).ConfigureAwait(false) is not null;
                return isSeen
                    ? StepResult.FromChange(folder.Change, $"'{folder.Path}'.", [])
                    : StepResult.NotSeen($"Created '{folder.Path}'.");
            }
        }
        catch (ServiceRefusedException e)
        {
            return await TestSteps.WaitAsync(run, mailbox, protocol, cancellationToken).ConfigureAwait(false)
                ?? new StepResult(MailAppStepStatus.Failed, e.Message) { Advice = e.Advice };
        }
    }
}
