using MailAdmin.Core.Access;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>What the mailbox has to be like: IMAP switched on, a time zone.</summary>
internal sealed class SettingsStep(InstallRequest request, string mailbox) : InstallStep(request)
{
    public const string StepName = "Mailbox";

    private const string UsualLanguage = "en-US";

    public override string Name => StepName;

    public override string Target => mailbox;

    public override string Action => string.Join(" and ", new[]
    {
        Recipe.Mailbox.ImapEnabled ? "Switch IMAP on" : null,
        Recipe.Mailbox.TimeZone
            ? $"Set the time zone{(Request.TimeZone is null ? "" : $" {Request.TimeZone}")} if there is none"
            : null,
    }.OfType<string>());

    public override string Needs => ExchangeRoles.Recipients;

    public override async Task<StepResult> RunAsync(InstallRun run, CancellationToken cancellationToken)
    {
        var settings = new MailboxSettings(run.Session);
        var now = await settings.GetAsync(mailbox, cancellationToken).ConfigureAwait(false);
        bool? imap = Recipe.Mailbox.ImapEnabled && now.ImapEnabled != true ? true : null;
        var zone = Recipe.Mailbox.TimeZone && now.TimeZone is null ? Request.TimeZone : null;
        if (imap is not null || zone is not null)
        {
            // Exchange takes a time zone only together with a language.
            now = await settings.SetAsync(
                mailbox, zone is null || now.Language is not null ? null : Request.Language ?? UsualLanguage, zone, imap, null,
                cancellationToken).ConfigureAwait(false);
        }

        return Recipe.Mailbox.TimeZone && now.TimeZone is null
            ? new StepResult(MailAppStepStatus.Pending, "The mailbox has no time zone: nobody ever opened it.")
            {
                Advice = "Run it again with -TimeZone, such as Europe/Berlin.",
            }
            : StepResult.FromChange(now.Change, string.Join(", ", new[]
            {
                Recipe.Mailbox.ImapEnabled ? "IMAP is on" : null, Recipe.Mailbox.TimeZone ? $"time zone {now.TimeZone}" : null,
            }.OfType<string>()) + ".", []);
    }
}
