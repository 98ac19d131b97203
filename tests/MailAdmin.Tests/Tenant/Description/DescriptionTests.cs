using System.Text.Json.Nodes;
using MailAdmin.Tenant;
using MailAdmin.Tenant.Configuration;
using MailAdmin.Tenant.Description;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Tenant.Description;

/// <summary>What a file says of a tenant, and what is said of a file that is wrong.</summary>
public sealed class DescriptionTests
{
    private static SandboxTenant Create(string json) =>
        SandboxTenant.Create(DescriptionReader.ReadTenant((JsonObject)JsonNode.Parse(json)!, "contoso.json", null));

    private static InvalidRequestException Wrong(string json) => Assert.Throws<InvalidRequestException>(() => Create(json));

    [Fact]
    public void Every_wrong_entry_is_named_with_its_place_and_what_is_allowed()
    {
        var e = Wrong("""
            {
              "Langauge": "de-DE", "Environment": "Mars",
              "Mailboxes": [{ "Name": "a", "Type": "Sharde" }, { "PrimarySmtpAddress": "nobody" }, { "Name": "c", "TimeZone": "Mars" }],
              "Groups": { "Name": "Scanners", "Type": "Dynamic", "RecipientFilter": "Shoe -eq '42'" },
              "Apps": [{ "Name": "X", "Secrets": "some", "Permissions": "Mail.Read" }],
              "SecretPolicy": { "MaxSecretLifetime": "soon" }
            }
            """);

        Assert.Equal("SandboxDescriptionInvalid", e.Id);
        var lines = e.Message.ReplaceLineEndings("\n").Split('\n');
        Assert.Equal("The description 'contoso.json' has 9 wrong entries.", lines[0]);
        Assert.Contains("  Langauge: This key doesn't exist. Did you mean 'Language'?", e.Message, StringComparison.Ordinal);
        Assert.Contains("  Environment: 'Mars' isn't valid. Valid values are: Global, USGov, USGovDoD, China.", lines);
        Assert.Contains(
            "  Mailboxes[0].Type: 'Sharde' isn't valid. Valid values are: User, Shared, Room, Equipment, Archive, OnPremises, SoftDeleted, None.",
            lines);
        Assert.Contains("  Mailboxes[1].PrimarySmtpAddress: 'nobody' isn't valid. Specify an email address.", lines);
        Assert.Contains("  Mailboxes[2].TimeZone: 'Mars' isn't valid.", e.Message, StringComparison.Ordinal);
        Assert.Contains("  Groups.RecipientFilter: 'Shoe -eq '42'' isn't valid.", e.Message, StringComparison.Ordinal);
        Assert.Contains("  Apps[0].Secrets: 'some' isn't valid.", e.Message, StringComparison.Ordinal);
        Assert.Contains("  Apps[0].Permissions: 'Mail.Read' isn't valid.", e.Message, StringComparison.Ordinal);
        Assert.Contains("  SecretPolicy.MaxSecretLifetime: 'soon' isn't valid.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_mean_nothing_are_named_before_anything_is_added()
    {
        var tenant = SandboxTenant.Create(new SandboxOptions());
        var description = DescriptionReader.ReadContents((JsonObject)JsonNode.Parse("""
            {
              "Mailboxes": [{ "Name": "alice" }, { "Name": "new", "FullAccess": ["bob", "zoe"] }],
              "Groups": [{ "Name": "G", "Members": ["bob", "H", "nobody"] }, { "Name": "H" }],
              "Apps": [{ "Name": "X", "Owners": "nobody", "Permissions": "Graph/Mail.Raed", "FullAccess": "dana" }],
              "AccessPolicies": [{ "App": "Y", "Scope": "G" }]
            }
            """)!, "changes", null);

        var e = Assert.Throws<InvalidRequestException>(() => tenant.Add(description, "changes"));

        Assert.Equal(
            [
                "The description 'changes' has 7 wrong entries.",
                "  Mailboxes[0]: The address 'alice@contoso.onmicrosoft.com' is already used.",
                "  Mailboxes[1].FullAccess: 'zoe' isn't a user of the tenant or of the description.",
                "  Groups[0].Members: 'nobody' isn't a user or a group of the tenant or of the description.",
                "  Apps[0].Owners: 'nobody' isn't a user of the tenant or of the description.",
                "  Apps[0].FullAccess: 'dana' isn't a mailbox of the tenant or of the description.",
                "  Apps[0].Permissions: 'Graph/Mail.Raed' isn't an application permission of the tenant or of the description.",
                "  AccessPolicies[0].App: 'Y' isn't an app of the tenant or of the description.",
            ],
            e.Message.ReplaceLineEndings("\n").Split('\n'));
        Assert.Equal(5, tenant.Mailboxes.Count);
        Assert.Empty(tenant.State.Exchange.Current.Groups);
    }

    [Fact]
    public void What_a_tenant_can_be_is_what_it_is()
    {
        var state = Create("""
            {
              "SampleData": false, "Language": "de-DE", "TimeZone": "W. Europe Standard Time",
              "Mailboxes": [
                { "UserPrincipalName": "e1@contoso.onmicrosoft.com", "PrimarySmtpAddress": "eva@contoso.onmicrosoft.com", "Aliases": "eva.alt", "CustomAttribute3": "EU", "Office": "2.01" },
                { "Name": "halle", "Type": "Room", "Language": "en-GB", "LitigationHoldEnabled": true, "InPlaceHolds": ["mbx2:3"], "RecoverableItemsGB": 2,
                  "ForwardingSmtpAddress": "smtp@example.com", "DeliverToMailboxAndForward": true, "InboxRules": { "Name": "Rule", "Enabled": false, "From": "a@example.com", "SubjectContainsWords": "x", "MoveToFolder": "Y", "ForwardTo": "b@example.com" } }, { "Name": "alt", "Type": "OnPremises" },
                { "Name": "boss", "GlobalAdministrator": true, "HiddenFromAddressListsEnabled": true, "EwsEnabled": false, "AuthenticationPolicy": "No SMTP" }
              ],
              "Groups": [{ "Name": "Outer", "Members": "Inner" }, { "Name": "Inner", "Members": ["eva", "halle"] }, { "Name": "Team", "Type": "Microsoft365" }],
              "AdministrativeUnits": [{ "Name": "North", "Members": "eva" }],
              "Apps": [{ "Name": "Twin", "Owners": "eva", "Secrets": [{ "Value": "known-to-its-maker" }], "ServicePrincipalSecrets": 1,
                         "FederatedCredentials": { "Issuer": "https://token.actions.githubusercontent.com", "Subject": "repo:x/y:ref:refs/heads/main" },
                         "ExchangeEntry": "ApplicationObjectId", "FullAccess": "eva",
                         "Roles": [{ "Role": "Application Mail.Read", "RecipientFilter": "CustomAttribute3 -eq 'EU' -and HiddenFromAddressListsEnabled -eq $false" }] },
                       { "Name": "Twin", "Owners": "halle" }],
              "SecretPolicy": { "BlockSecrets": true, "Apps": { "App": "Twin", "MaxSecretLifetime": 30 } },
              "ConsentPolicies": [], "SecurityDefaults": true, "ManagedIdentityRoleGroups": "Recipient Management",
              "ConditionalAccess": { "Name": "No codes", "BlockDeviceCode": true, "ExcludedUsers": "boss", "BlockApps": "Twin" }, "EntraIdP1": false,
              "Organization": { "EwsEnabled": true, "EwsAllowedAppIDs": ["00000000-0000-0000-0000-000000000001"], "SmtpClientAuthenticationDisabled": false, "InPlaceHolds": "mbx1:3" },
              "AuthenticationPolicies": { "Name": "No SMTP" }
            }
            """).State;

        var (eva, room) = (state.Mailboxes.Find("eva.alt@contoso.onmicrosoft.com")!, state.Mailboxes.Find("halle@contoso.onmicrosoft.com")!);
        Assert.Equal("Gelöschte Elemente", eva.WellKnown("deleteditems").DisplayName);
        Assert.Equal((true, "mbx2:3", 2L << 30, "smtp@example.com", true), (room.Policy.HasLitigationHold, room.Policy.InPlaceHolds.Single(), room.RecoverableItemsSize, room.Policy.ForwardingAddress, room.Policy.KeepsForwarded));
        var rule = room.Rules.Single();
        Assert.Equal(("Rule", false, "a@example.com", "x", "Y", false, "b@example.com"), (rule.Name, rule.IsEnabled, rule.From, rule.SubjectContains.Single(), rule.MoveToFolder, rule.DeletesMessage, rule.ForwardTo));
        Assert.Equal("Deleted Items", room.WellKnown("deleteditems").DisplayName);
        Assert.Equal(("e1@contoso.onmicrosoft.com", "EU"), (eva.UserPrincipalName, eva.Attributes["CustomAttribute3"]));
        Assert.Equal("2.01", (string?)state.Directory.Users.Find("e1@contoso.onmicrosoft.com")!.Json["officeLocation"]);
        Assert.Null(state.Mailboxes.Find("alt@contoso.onmicrosoft.com"));
        Assert.Equal("MailUser", Recipient.Find(state.Mailboxes, state.Exchange.Current, state.Domain, "alt")!.Details);
        var groups = state.Exchange.Current.Groups;
        Assert.True(groups.Single(g => g.Name == "Outer").Has(eva.UserId, state.Exchange.Current));
        Assert.False(groups.Single(g => g.Name == "Outer").HasDirect(eva.UserId));
        var apps = state.Directory.Applications.Where(a => a.DisplayName == "Twin").ToArray();
        Assert.Equal(2, apps.Length);
        Assert.Equal(apps[0].Id, state.Exchange.Current.PrincipalOf(apps[0].AppId)!.ObjectId);
        Assert.True(state.Exchange.Current.Scopes.Single().Filter.Matches(Recipient.Of(eva, state.Domain), state.Exchange.Current, state.Domain));
        Assert.False(state.Exchange.Current.Scopes.Single().Filter.Matches(Recipient.Of(room, state.Domain), state.Exchange.Current, state.Domain));
        Assert.Equal("repo:x/y:ref:refs/heads/main", (string?)apps[0].FederatedCredentials.Single()["subject"]);
        Assert.Empty(state.Directory.UserConsentPolicies);
        Assert.False(state.Directory.HasPremium);
        Assert.True(state.Directory.ConditionalAccess.Single().Blocks(apps[0].AppId));
        Assert.Equal("mbx1:3", state.Exchange.Current.Organization.InPlaceHolds.Single());
        Assert.True(state.Exchange.Current.Organization is { IsEwsEnabled: true, IsSmtpAuthDisabled: false, EwsAllowedApps.Length: 1 });
    }

    [Fact]
    public void A_table_of_a_spreadsheet_is_read_whatever_parts_its_cells()
    {
        var rows = CsvRows.Read("\ufeffName;DisplayName;Aliases\r\n\"müller\";\"Müller; \"\"Erika\"\"\";a;\r\n\r\nx;;\n");

        Assert.Equal(2, rows.Count);
        Assert.Equal("Müller; \"Erika\"", (string?)rows[0]!["DisplayName"]);
        Assert.Equal("x", (string?)rows[1]!["Name"]);
        Assert.Equal("a,b", (string?)CsvRows.Read("Name,Title\nx,\"a,b\"")[0]!["Title"]);
    }

    [Fact]
    public void A_tenant_of_a_thousand_mailboxes_costs_little_until_they_are_used()
    {
        SandboxTenant.Create(new SandboxOptions());
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var watch = System.Diagnostics.Stopwatch.StartNew();

        var tenant = SandboxTenant.Create(new SandboxOptions { MailboxCount = 1000 });

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1), $"{watch.Elapsed}");
        Assert.Equal(1000, tenant.Mailboxes.Count);
        Assert.Equal(1000, tenant.Mailboxes.Select(m => m.Address).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        var perMailbox = (GC.GetTotalMemory(forceFullCollection: true) - before) / 1000;
        Assert.True(perMailbox < 3000, $"{perMailbox} bytes a mailbox");
        GC.KeepAlive(tenant);
    }
}
