using System.Text.Json.Nodes;
using MailAdmin.Core.Access;
using MailAdmin.Core.Diagnosis;
using MailAdmin.Core.Inventory;
using MailAdmin.Tenant.State;
using MailAdmin.Tests.Tenant.ExchangeAdmin;

namespace MailAdmin.Tests.Service;

/// <summary>
/// Every cmdlet of Exchange that the library runs, with the parameters that it really sends, held to the published calls of
/// <see cref="AdminExamples"/>: each names its page of Microsoft's documentation or the file of an open-source client.
/// </summary>
public sealed class RequestShapeTests(RequestShapeTests.Tour tour) : IClassFixture<RequestShapeTests.Tour>
{
    /// <summary>What the sandbox answers for scripts of users, and the library does not run itself.</summary>
    private static readonly string[] NotRun =
    [
        "Remove-DistributionGroup", "Set-ManagementRoleAssignment", "Set-Mailbox", "Get-ManagementRole", "Add-RoleGroupMember",
        "Get-RoleGroupMember", "Remove-RoleGroupMember", "Set-OrganizationConfig", "Get-AcceptedDomain", "Disable-InboxRule",
    ];

    public static TheoryData<string> Cmdlets => [.. AdminExamples.All.Select(e => e.Cmdlet).Distinct().Except(NotRun)];

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void A_cmdlet_is_run_with_parameters_of_published_calls(string cmdlet)
    {
        var published = AdminExamples.All.Where(e => e.Cmdlet == cmdlet).ToArray();
        var known = published.SelectMany(e => JsonNode.Parse(e.Parameters)!.AsObject().Select(p => p.Key)).Append("Confirm").ToHashSet(StringComparer.Ordinal);
        var sent = tour.Sent.Where(s => s.Cmdlet == cmdlet).ToArray();
        Assert.NotEmpty(sent);
        Assert.All(sent, s => Assert.True(
            s.Parameters.All(p => known.Contains(p.Key)),
            $"{cmdlet} {s.Parameters.ToJsonString()} has a parameter that none of these has: {string.Join("; ", published.Select(e => e.Source))}"));
    }

    [Fact]
    public void Nothing_is_run_that_nobody_published() =>
        Assert.Empty(tour.Sent.Select(s => s.Cmdlet).Distinct().Except(AdminExamples.All.Select(e => e.Cmdlet)));

    [Fact]
    public void What_changes_something_is_sent_without_its_question() => Assert.All(
        tour.Sent.Where(s => !s.Cmdlet.StartsWith("Get-", StringComparison.Ordinal) && !s.Cmdlet.StartsWith("Test-", StringComparison.Ordinal)),
        s => Assert.False((bool)s.Parameters["Confirm"]!));

    /// <summary>Goes through all that the library does in Exchange, once, and keeps what is sent.</summary>
    public sealed class Tour : IAsyncLifetime
    {
        private readonly List<(string Cmdlet, JsonObject Parameters)> _sent = [];

        public IReadOnlyList<(string Cmdlet, JsonObject Parameters)> Sent => _sent;

        public async ValueTask InitializeAsync()
        {
            var token = TestContext.Current.CancellationToken;
            using var road = await EndToEnd.StartAsync(new SandboxOptions { IsDehydrated = true, TrustsObjectIds = true }, between: inner => new Relay(inner) { Before = NoteAsync });
            string mailbox = road.Mailbox, other = road.Tenant.Mailboxes[1].Address;
            var app = await road.RegisterAsync("Graph/Mail.Read", "Exchange/IMAP.AccessAsApp");
            var grants = new MailboxAccessGrants(road.Admin);
            await road.Admin.Exchange.ChangeAsync("New-ServicePrincipal", new() { ["AppId"] = app.ClientId, ["ObjectId"] = app.ApplicationObjectId }, token);
            await grants.GrantAsync(app, mailbox, [MailboxAccessRight.FullAccess, MailboxAccessRight.SendAs], true, token);
            await grants.GrantUserAsync(other, mailbox, [MailboxAccessRight.FullAccess, MailboxAccessRight.SendAs], false, token);
            await grants.RevokeUserAsync(other, mailbox, [MailboxAccessRight.FullAccess, MailboxAccessRight.SendAs], token);

            var policies = new AccessPolicies(road.Admin);
            await policies.NewAsync(app, MailAppPolicyRight.RestrictAccess, [mailbox, other], "Restrict", token);
            var policy = await policies.NewAsync(app, MailAppPolicyRight.RestrictAccess, [mailbox, road.Tenant.Mailboxes[2].Address], null, token);
            var scopes = new AppScopes(road.Admin);
            ScopeRequest[] requests =
            [
                new() { FromPolicy = true }, new() { Mailboxes = [mailbox] }, new() { Add = [other] }, new() { Group = $"MailAdmin RestrictAccess {app.ClientId}" },
                new() { AdministrativeUnit = road.Tenant.AddAdministrativeUnit("Finance", mailbox) }, new() { RecipientFilter = $"PrimarySmtpAddress -eq '{mailbox}'" },
            ];
            foreach (var request in requests)
            {
                await scopes.LimitAsync(app, request, [], new LimitOptions(EnableCustomization: true), token);
            }

            await new EffectiveAccess(road.Admin).TestAsync(app, mailbox, MailProtocol.Imap, token);
            await new MailAppInventory(road.Admin).ReadAsync(null, true, token);
            await policies.RemoveAsync(policy, token);
            await new MailboxSettings(road.Admin).SetAsync(mailbox, "de-DE", "Europe/Berlin", false, SmtpAuthSetting.Enabled, token);
            await MailboxSurvey.ReadAsync(road.Admin, mailbox, token);
            await new AppCleanup(road.Admin).RemoveAsync(app, token);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private async Task<HttpResponseMessage?> NoteAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Content is not null && request.RequestUri!.AbsolutePath.StartsWith("/adminapi/", StringComparison.Ordinal))
            {
                var body = JsonNode.Parse(await request.Content.ReadAsStringAsync(cancellationToken))!.AsObject();
                foreach (var item in body["requests"] is JsonArray batch ? batch.Select(b => b!["body"]!) : [body])
                {
                    _sent.Add(((string)item["CmdletInput"]!["CmdletName"]!, item["CmdletInput"]!["Parameters"]!.AsObject()));
                }
            }

            return null;
        }
    }
}
