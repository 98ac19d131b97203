namespace MailAdmin.Core.Mail.Graph;

/// <summary>Reads the enabled inbox rules that take messages out of the Inbox, with MailboxSettings.Read.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/mailfolder-list-messagerules</remarks>
internal static class GraphInboxRules
{
    /// <summary>Reads the rules.</summary>
    /// <param name="mailbox">The mailbox.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <exception cref="ServiceRefusedException">The app doesn't have MailboxSettings.Read.</exception>
    public static async Task<IReadOnlyList<MailboxInboxRule>> ReadAsync(
        GraphMailbox mailbox, CancellationToken cancellationToken)
    {
        var page = await mailbox.CallAsync(
            u => u.MailFolders["inbox"].MessageRules.GetAsync(cancellationToken: cancellationToken),
            cancellationToken).ConfigureAwait(false);
        var rules = new List<MailboxInboxRule>();
        foreach (var rule in (page?.Value ?? []).Where(r => r.IsEnabled != false))
        {
            var (name, actions) = (rule.DisplayName ?? "", rule.Actions);
            if (actions?.MoveToFolder is { Length: > 0 } folder)
            {
                var path = await NameOfAsync(mailbox, folder, cancellationToken).ConfigureAwait(false);
                rules.Add(new MailboxInboxRule(name, MailboxRuleAction.Move, path));
            }
            else if (actions?.Delete == true || actions?.PermanentDelete == true)
            {
                rules.Add(new MailboxInboxRule(name, MailboxRuleAction.Delete, null));
            }
            else if (actions?.RedirectTo is [var first, ..])
            {
                rules.Add(new MailboxInboxRule(name, MailboxRuleAction.Redirect, first.EmailAddress?.Address));
            }
        }

        return rules;
    }

    /// <summary>The name of a folder, or its ID if the app can't read it.</summary>
    private static async Task<string> NameOfAsync(GraphMailbox mailbox, string id, CancellationToken cancellationToken)
    {
        try
        {
            var folder = await mailbox.CallAsync(
                u => u.MailFolders[id].GetAsync(r => r.QueryParameters.Select = ["id", "displayName"], cancellationToken),
                cancellationToken).ConfigureAwait(false);
            return folder?.DisplayName ?? id;
        }
        catch (ServiceRefusedException e) when (!e.IsTransient)
        {
            return id;
        }
    }
}
