using System.Text;
using MailAdmin.Core.Recipes.Format;

namespace MailAdmin.Tests.Recipes.Format;

/// <summary>The files that ship are whole, and a mistake in one is told with its place.</summary>
public sealed class RecipeReaderTests
{
    private const string Whole = """
        // A recipe.
        {
          "name": "Sample",
          "summary": "Fetches mail.",
          "page": "https://example.com/mail",
          "protocol": "Graph",
          "restricted": true,
          "access": [
            {
              "kind": "AppOnly",
              "permissions": [
                { "permission": "Graph/Mail.ReadWrite", "kind": "Application" },
                { "permission": "Graph/Mail.Send", "kind": "Application", "need": "VendorPageOnly", "reason": "It sends nothing." },
              ]
            }
          ],
          "redirect": { "uri": "https://{customer}.example.com/back", "platform": "Web" },
          "credential": { "kind": "Secret", "lifetime": 24, "reminder": 30 },
          "afterProcessing": { "choices": ["Move", "None"], "folder": "Done" },
          "form": [
            { "field": "Client", "value": "{clientId}" },
            { "field": "Key", "value": "{clientSecret}" },
            { "field": "Box", "value": "{mailbox}" }
          ]
        }
        """;

    public static TheoryData<string> Names => [.. RecipeFiles.Library.Names];

    [Fact]
    public void Six_recipes_ship() => Assert.Equal(
        ["JEMHC", "Jim2", "Jim2Outgoing", "LogicalDOC", "SysAid", "Ultimo"], RecipeFiles.Library.Names);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_recipe_that_ships_is_whole_and_asks_for_permissions_that_a_tenant_has(string name)
    {
        var recipe = RecipeFiles.Get(name);
        using var road = await EndToEnd.StartAsync();
        var catalog = new Core.Apps.AppDirectory(road.Admin).Catalog;
        foreach (var permission in recipe.Access.SelectMany(a => a.Permission))
        {
            Assert.NotNull((await catalog.ResolveAsync(permission.Permission, TestContext.Current.CancellationToken)).Id);
        }

        Assert.NotEmpty(recipe.Form);
        Assert.NotEmpty(recipe.ManualStep);
        Assert.NotEmpty(recipe.Warning);
    }

    [Theory]
    [InlineData("Jim2", "Graph/Mail.ReadWrite", "Graph/Mail.Read Graph/Mail.ReadBasic.All Graph/Mail.ReadWrite Graph/Mail.Send")]
    [InlineData("Jim2Outgoing", "Graph/Mail.ReadWrite Graph/Mail.Send",
        "Graph/Mail.Read Graph/Mail.ReadBasic.All Graph/Mail.ReadWrite Graph/Mail.Send")]
    [InlineData("SysAid", "Graph/Mail.ReadWrite Graph/Mail.Send", "Graph/Calendars.ReadWrite Graph/Mail.ReadWrite Graph/Mail.Send Graph/User.Read Graph/User.Read.All")]
    [InlineData("Ultimo", "Graph/Mail.ReadWrite", "Graph/Mail.ReadWrite")]
    [InlineData("LogicalDOC", "Exchange/IMAP.AccessAsApp",
        "Exchange/IMAP.AccessAsApp Exchange/Mail.Read Exchange/Mail.Send Exchange/full_access_as_app Graph/Mail.Read Graph/Mail.ReadBasic Graph/Mail.ReadBasic.All Graph/Mail.ReadWrite Graph/Mail.Send Graph/User.Read")]
    [InlineData("JEMHC",
        "Graph/Mail.ReadWrite Graph/Mail.ReadWrite.Shared Graph/Mail.Send Graph/Mail.Send.Shared Graph/User.Read Graph/offline_access",
        "Graph/Mail.ReadWrite Graph/Mail.ReadWrite.Shared Graph/Mail.Send Graph/Mail.Send.Shared Graph/User.Read Graph/offline_access")]
    public void The_least_and_the_documented_permissions_are_those_of_the_pages(string name, string least, string documented)
    {
        var recipe = RecipeFiles.Get(name);
        Assert.Equal(least.Split(' ').Order(StringComparer.Ordinal), recipe.Permission.Select(p => p.ToString()).Order(StringComparer.Ordinal));
        var page = recipe with { UseVendorPermissions = true };
        Assert.Equal(documented.Split(' ').Order(StringComparer.Ordinal), page.Permission.Select(p => p.ToString()).Order(StringComparer.Ordinal));
        Assert.All(recipe.OmittedPermission, p => Assert.NotNull(p.Reason));
    }

    [Theory]
    [InlineData("Jim2", "Name, Email Address, Received Enabled, Tenant, Client, Pwd, Mailbox, After Processing, Move To, Last Checked")]
    [InlineData("LogicalDOC", "Protocol, SSL, Server, Port, Username, Client ID, Tenant ID, Client Secret")]
    [InlineData("SysAid", "Client id, Client secret, Tenant id, Email account")]
    public void The_form_has_the_vendors_own_fields_in_their_order(string name, string fields) =>
        Assert.Equal(fields, string.Join(", ", RecipeFiles.Get(name).Form.Select(f => f.Name)));

    [Fact]
    public void A_whole_file_is_read_with_its_comments()
    {
        var recipe = Parse(Whole);
        Assert.Equal(("Sample", MailProtocol.Graph, true, 24), (recipe.Name, recipe.Protocol, recipe.Restricted, recipe.Credential!.Lifetime));
        Assert.Equal(["Graph/Mail.ReadWrite"], recipe.Permission.Select(p => p.ToString()));
        Assert.Equal(recipe.Name, RecipeReader.Parse([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Whole)], "Sample.json").Name);
    }

    [Theory]
    [InlineData("\"protocol\": \"Graph\"", "\"protocol\": \"Grap\"", 6, "'protocol' can't be 'Grap'; did you mean 'Graph'?")]
    [InlineData("\"restricted\": true", "\"restrictd\": true", 7, "'restrictd' isn't a valid key; did you mean 'restricted'?")]
    [InlineData("\"restricted\": true", "\"restricted\": \"yes\"", 7, "'restricted' must be true or false, but is 'yes'")]
    [InlineData("Graph/Mail.ReadWrite\"", "Graph/Mail.ReadWrites\"", 12, "no application permission 'Graph/Mail.ReadWrites' was found; did you mean 'Graph/Mail.ReadWrite'?")]
    [InlineData("Graph/Mail.ReadWrite\", \"kind\": \"Application\"", "Graph/Mail.ReadWrite\", \"kind\": \"Applikation\"", 12, "'kind' can't be 'Applikation'; did you mean 'Application'?")]
    [InlineData("Graph/Mail.ReadWrite\"", "Mail.ReadWrite\"", 12, "no application permission 'Mail.ReadWrite' was found; did you mean 'Graph/Mail.ReadWrite'?")]
    [InlineData(", \"reason\": \"It sends nothing.\"", "", 13, "'reason' is required")]
    [InlineData("{customer}", "{client}", 17, "'{client}' can't stand in a redirect URI; {customer} can")]
    [InlineData("\"Secret\"", "\"Certificate\"", 18, "the credential of a recipe must be a Secret")]
    [InlineData("24", "25", 18, "'lifetime' must be a whole number from 1 to 24, but is 25")]
    [InlineData(", \"folder\": \"Done\"", "", 19, "'folder' is required because messages can be moved")]
    [InlineData("\"folder\": \"Done\"", "\"folder\": \"Done\", \"words\": { \"Delete\": \"Bin it\" }", 19, "'Delete' ")]
    [InlineData("{mailbox}", "{mailbx}", 23, "'{mailbx}' isn't a valid placeholder; did you mean 'mailbox'?")]
    [InlineData("{mailbox}", "{mailbox", 23, "'{mailbox' has a brace without its counterpart")]
    [InlineData("{clientSecret}", "{clientId}", 20, "no field of the form holds {clientSecret}")]
    [InlineData("\"name\": \"Sample\"", "\"name\": \"Other\"", 3, "the file must have the name 'Other.json'")]
    [InlineData("\"name\": \"Sample\",", "", 2, "'name' is missing")]
    [InlineData("https://example.com/mail", "example.com", 5, "'page' must be an https address")]
    [InlineData("\"summary\": \"Fetches mail.\",", "\"summary\": \"a\", \"summary\": \"b\",", 4, "'summary' is specified twice")]
    [InlineData("\"summary\": \"Fetches mail.\",", "\"summary\": \"Fetches mail.\"", 5, "it isn't JSON")]
    [InlineData("\"restricted\": true,", "\"restricted\": true, \"vendorApp\": { \"clientId\": \"1\", \"displayName\": \"x\" },", 7, "'clientId' must be a GUID")]
    public void A_mistake_is_refused_with_file_line_and_reason(string right, string wrong, int line, string reason)
    {
        Assert.Contains(right, Whole, StringComparison.Ordinal);
        var refused = Assert.Throws<InvalidRequestException>(() => Parse(Whole.Replace(right, wrong, StringComparison.Ordinal)));
        Assert.Equal("RecipeInvalid", refused.Id);
        Assert.Contains($"Sample.json({line}): ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_of_a_file_are_told_at_once()
    {
        var refused = Assert.Throws<InvalidRequestException>(() => Parse(Whole.Replace("\"Graph\"", "\"Pop\"", StringComparison.Ordinal).Replace("\"restricted\"", "\"limited\"", StringComparison.Ordinal)));
        Assert.Equal(["Sample.json(6)", "Sample.json(7)"], refused.Message.Split('\n').Select(l => l.Split(": ")[0]));
    }

    [Fact]
    public void Ones_own_folder_goes_before_what_ships_and_a_name_that_is_none_gets_a_hint()
    {
        using var own = new TempFolder();
        File.WriteAllText(Path.Combine(own.Path, "Sample.json"), Whole);
        File.WriteAllText(Path.Combine(own.Path, "Broken.json"), "{");
        File.WriteAllText(Path.Combine(own.Path, "Jim2.json"), Whole.Replace("Sample", "Jim2", StringComparison.Ordinal));
        var library = new RecipeLibrary(own.Path, RecipeFiles.Folder);
        Assert.Equal(8, library.Names.Count);
        Assert.Equal(Path.Combine(own.Path, "Jim2.json"), library.Get("jim2").Path);
        Assert.Contains("LogicalDOC", Assert.Throws<InvalidRequestException>(() => library.Get("LogicalDoc2")).Advice, StringComparison.Ordinal);
        Assert.Equal("RecipeInvalid", Assert.Throws<InvalidRequestException>(() => library.Get("Broken")).Id);
        Assert.Null(library.Find("Broken"));
        Assert.Null(library.Find(null));
    }

    private static MailAppRecipe Parse(string json) => RecipeReader.Parse(Encoding.UTF8.GetBytes(json), "Sample.json");
}
