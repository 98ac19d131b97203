using System.Text.Json.Nodes;
using MailAdmin.Tenant.Configuration;

namespace MailAdmin.Tenant.ExchangeAdmin;

/// <summary>https://learn.microsoft.com/powershell/module/exchange/new-distributiongroup and its siblings.</summary>
internal static class GroupCommands
{
    public static IEnumerable<JsonObject> Get(AdminCall call) => call.Text("Identity") is { } name
        ? [RecipientCommands.Describe(Recipient.Of(Find(call, call.Readable, name), call.Tenant.Domain))]
        : call.Readable.Groups.Where(IsDistribution)
            .Select(g => RecipientCommands.Describe(Recipient.Of(g, call.Tenant.Domain)));

    public static IEnumerable<JsonObject> New(AdminCall call)
    {
        var name = AdminCall.Name(call.Required("Name"));
        var address = call.Text("PrimarySmtpAddress")
            ?? $"{call.Text("Alias") ?? name.Replace(" ", "", StringComparison.Ordinal)}@{call.Tenant.Domain}";
        if (call.Recipients(call.Current).FirstOrDefault(r => r.IsNamed(name) || r.IsNamed(address)) is { } same)
        {
            throw AdminRefusal.Exists(same.Name);
        }

        var isSecurity = ExchangeConfiguration.Same(call.Text("Type"), "Security");
        var group = new RecipientGroup(Guid.NewGuid().ToString(), name, address,
            isSecurity ? RecipientGroup.Security : RecipientGroup.Distribution,
            [.. call.Texts("Members").Select(m => call.RecipientOf(m).Id)]);
        call.Exchange.Change(c => c with { Groups = c.Groups.Add(group) });
        return [RecipientCommands.Describe(Recipient.Of(group, call.Tenant.Domain))];
    }

    public static IEnumerable<JsonObject> Remove(AdminCall call)
    {
        var group = Find(call, call.Current, call.Required("Identity"));
        call.Exchange.Change(c => c with { Groups = c.Groups.Remove(group) });
        return [];
    }

    public static IEnumerable<JsonObject> GetMembers(AdminCall call) =>
        Find(call, call.Readable, call.Required("Identity")).Members
        .Select(m => call.FindRecipient(call.Readable, m)).OfType<Recipient>().Select(RecipientCommands.Describe);

    public static IEnumerable<JsonObject> AddMember(AdminCall call)
    {
        var group = Find(call, call.Current, call.Required("Identity"));
        var member = call.RecipientOf(call.Required("Member"));
        if (group.HasDirect(member.Id))
        {
            throw new AdminRefusal(400, "BadRequest", "Microsoft.Exchange.Management.Tasks.MemberAlreadyExistsException",
                $"The recipient \"{member.Name}\" is already a member of the group \"{group.Name}\".");
        }

        call.Exchange.Change(
            c => c with { Groups = c.Groups.Replace(group, group with { Members = group.Members.Add(member.Id) }) });
        return [];
    }

    public static IEnumerable<JsonObject> RemoveMember(AdminCall call)
    {
        var group = Find(call, call.Current, call.Required("Identity"));
        var member = call.RecipientOf(call.Required("Member"));
        if (!group.HasDirect(member.Id))
        {
            throw new AdminRefusal(400, "BadRequest", "Microsoft.Exchange.Management.Tasks.MemberNotFoundException",
                $"The recipient \"{member.Name}\" isn't a member of the group \"{group.Name}\".");
        }

        call.Exchange.Change(
            c => c with { Groups = c.Groups.Replace(group, group with { Members = group.Members.Remove(member.Id) }) });
        return [];
    }

    private static RecipientGroup Find(AdminCall call, ExchangeConfiguration configuration, string name) =>
        call.FindRecipient(configuration, name)?.Group is { } group && IsDistribution(group)
            ? group
            : throw AdminRefusal.NotFound(name);

    /// <summary>Microsoft 365 groups and dynamic groups have other cmdlets.</summary>
    private static bool IsDistribution(RecipientGroup group) =>
        group.Details is RecipientGroup.Security or RecipientGroup.Distribution;
}
