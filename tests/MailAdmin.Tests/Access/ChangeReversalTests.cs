using System.Management.Automation.Language;
using MailAdmin.Core.Access;
using MailAdmin.Core.Journal;

namespace MailAdmin.Tests.Access;

/// <summary>A journal is data: whatever its lines say, none of it becomes a command.</summary>
public sealed class ChangeReversalTests
{
    [Theory]
    [InlineData("invoices@contoso.onmicrosoft.com'; Remove-Everything '")]
    [InlineData("invoices@contoso.onmicrosoft.com\nRemove-Everything")]
    [InlineData("ImapEnabled $(Remove-Everything), Language de-DE; Remove-Everything, TimeZone UTC\u2019; Remove-Everything #")]
    [InlineData("Guid -eq '3e5ff61f-258f-4ddd-a54c-2bf4e5ce81d2' -or Remove-Everything")]
    [InlineData("00000000-0000-0000-0000-000000000000 until Remove-Everything")]
    public async Task A_line_of_a_journal_never_becomes_a_command(string text)
    {
        using var road = await EndToEnd.StartAsync();
        MailAdminChange[] changes =
        [
            .. from action in JournalAction.All.Select(a => a.Name).Append(text)
               from clientId in new[] { text, road.Tenant.AdminApp.ClientId }
               select new MailAdminChange { TenantId = text, Account = text, Action = action, ClientId = clientId, Target = text, Before = text, After = text },
        ];
        var script = await new ChangeReversal(road.Admin, text).WriteAsync(changes, TestContext.Current.CancellationToken);
        Parser.ParseInput(script, out var tokens, out var errors);
        Assert.Empty(errors);
        Assert.DoesNotContain(tokens, t => t.Kind != TokenKind.Comment && t.Text.Contains("Everything", StringComparison.Ordinal));
        Assert.True(tokens.Count(t => t.Kind == TokenKind.Comment) >= changes.Length);
    }
}
