using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Graph;

namespace MailAdmin.Tests.Tenant.Graph;

/// <summary>Every endpoint is held to the example of its page.</summary>
public sealed class DocumentationTests
{
    private static readonly DocumentedExample[] All =
    [
        .. DirectoryExamples.All,
        .. MailExamples.All,
        .. MailExamples.All.Select(e => e.ThroughFolder()).OfType<DocumentedExample>(),
    ];

    /// <summary>
    /// Endpoints whose page has examples of another place that answers by the same code: messages within a folder, the number
    /// of a list's objects, the policy of an app, one property of what a page shows whole.
    /// </summary>
    private static readonly string[] Siblings =
    [
        .. ((string[])["reply", "replyAll", "createReply", "createReplyAll", "createForward"])
            .Select(a => $"POST users/{{user}}/mailFolders/{{folder}}/messages/{{message}}/{a}"),
        "GET groups/$count", "GET applications/{application}/appManagementPolicies",
        "GET servicePrincipals/{principal}/appManagementPolicies",
        "DELETE servicePrincipals/{principal}/appManagementPolicies/{policy}/$ref",
        "GET servicePrincipals/{principal}/memberOf/{cast}", "GET organization/{organization}",
        "GET applications/{application}/{property}", "GET servicePrincipals/{principal}/{property}",
    ];

    public static TheoryData<int> Indices => [.. Enumerable.Range(0, All.Length)];

    [Theory]
    [MemberData(nameof(Indices))]
    public async Task Endpoint_answers_as_its_page_shows(int index)
    {
        var example = All[index];
        using var world = await DocumentedWorld.CreateAsync();

        var reply = await world.Client.SendAsync(
            example.Method, world.Fill(example.Url), world.Token, example.Body is null ? null : world.Fill(example.Body), example.Headers);

        Assert.True(example.Status == reply.Status, $"{example}: {reply.Status} {reply.Json.ToJsonString()}");
        if (example.Response is not null)
        {
            JsonShape.AssertMatches(JsonNode.Parse(world.Fill(example.Response)), reply.Json, example.ToString());
        }
        else if (example.Plain is not null)
        {
            Assert.Equal((example.Plain, "text/plain"), (Encoding.UTF8.GetString(reply.Bytes), reply.Headers["Content-Type"]));
        }
        else if (example.Status is 202 or 204)
        {
            Assert.Empty(reply.Bytes);
        }
    }

    [Fact]
    public async Task Every_endpoint_has_an_example_and_every_example_meets_its_endpoint()
    {
        using var world = await DocumentedWorld.CreateAsync();
        var met = new HashSet<string>();
        foreach (var example in All)
        {
            var uri = new Uri(world.Fill(example.Url));
            var (route, _) = GraphRoutes.Find(example.Method, example.Version, GraphPath.Parse(uri.AbsolutePath));
            Assert.Equal(example.Page, route.Page);
            met.Add($"{route.Method} {route.Template}");
        }

        foreach (var shape in DocumentedShape.All)
        {
            var uri = new Uri($"https://graph.microsoft.com/v1.0/{shape.Path.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal)}");
            var (route, _) = GraphRoutes.Find(shape.Method, "v1.0", GraphPath.Parse(uri.AbsolutePath));
            met.Add($"{route.Method} {route.Template}");
        }

        Assert.Equal([], GraphRoutes.All.Select(r => $"{r.Method} {r.Template}").Except(met).Except(Siblings));
    }

    [Fact]
    public async Task Every_endpoint_refuses_a_token_without_its_roles_and_takes_one_with_any_of_them()
    {
        using var world = await DocumentedWorld.CreateAsync();
        var none = world.Client.Mint([]);
        foreach (var example in All)
        {
            var path = world.Fill(example.Url);
            var (route, _) = GraphRoutes.Find(example.Method, example.Version, GraphPath.Parse(new Uri(path).AbsolutePath));

            var refused = await world.Client.SendAsync(example.Method, path, none);
            refused.Refused(403, route.IsMail ? "ErrorAccessDenied" : "Authorization_RequestDenied");
            if (example.Method == "GET")
            {
                foreach (var role in route.Roles)
                {
                    var taken = await world.Client.SendAsync("GET", path, world.Client.Mint([role]), null, example.Headers);
                    Assert.True(taken.Status == example.Status || route.Roles == Permissions.MailBasic, $"{example} with {role}: {taken.Status}");
                }
            }
        }
    }
}
