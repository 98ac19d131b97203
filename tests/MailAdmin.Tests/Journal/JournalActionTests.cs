using System.Reflection;
using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;

namespace MailAdmin.Tests.Journal;

public sealed class JournalActionTests
{
    private static readonly PropagationTimes Times = new()
    {
        Directory = TimeSpan.FromSeconds(1),
        Tokens = TimeSpan.FromSeconds(2),
        Roles = TimeSpan.FromSeconds(3),
        Permissions = TimeSpan.FromSeconds(4),
    };

    [Fact]
    public void Every_action_is_in_the_table_once_and_under_its_own_name()
    {
        var declared = typeof(JournalAction).GetFields(BindingFlags.Static | BindingFlags.Public)
            .Select(f => f.GetValue(null)).OfType<JournalAction>().ToArray();
        Assert.Equal(declared.OrderBy(a => a.Name, StringComparer.Ordinal), JournalAction.All.OrderBy(a => a.Name, StringComparer.Ordinal));
        Assert.Equal(declared.Length, declared.Select(a => a.Name).Distinct().Count());
        Assert.All(declared, a => Assert.Same(a, JournalAction.Of(Change(a.Name))));
    }

    [Fact]
    public void A_name_that_only_ends_like_an_action_is_none() =>
        Assert.Null(JournalAction.Of(Change("Test-ServicePrincipal")));

    /// <summary>How many seconds of <see cref="Times"/> sign-in, Graph and IMAP take; 0 for nothing.</summary>
    [Theory]
    [InlineData("New secret", 1, 0, 0, true)]
    [InlineData("Remove secret", 0, 0, 0, false)]
    [InlineData("Grant permission", 0, 1, 1, true)]
    [InlineData("Revoke permission", 0, 2, 2, false)]
    [InlineData("New-ServicePrincipal", 0, 3, 4, true)]
    [InlineData("Remove-ServicePrincipal", 0, 3, 4, false)]
    [InlineData("Set-ManagementScope", 0, 3, 0, true)]
    [InlineData("New-ApplicationAccessPolicy", 0, 3, 0, false)]
    [InlineData("Remove-ApplicationAccessPolicy", 0, 3, 0, true)]
    [InlineData("Remove-DistributionGroupMember", 0, 3, 0, true)]
    [InlineData("Add-MailboxPermission", 0, 0, 4, true)]
    [InlineData("Add-RecipientPermission", 0, 0, 0, true)]
    [InlineData("Set-CASMailbox", 0, 0, 4, true)]
    public void Each_route_takes_the_time_of_the_table(string name, int signIn, int graph, int imap, bool letsIn)
    {
        var action = JournalAction.Of(Change(name))!;
        Assert.Equal((signIn, graph, graph, imap, letsIn),
            (Of(AccessRoute.SignIn), Of(AccessRoute.Graph), Of(AccessRoute.Ews), Of(AccessRoute.Imap), action.LetsIn));

        int Of(AccessRoute route) => (int)(action.Takes(route, Times)?.TotalSeconds ?? 0);
    }

    private static MailAdminChange Change(string action) => new() { TenantId = "t", Account = "a", Action = action, Target = "x" };
}
