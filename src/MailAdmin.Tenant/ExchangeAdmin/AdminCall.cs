using System.Text.Json.Nodes;
using MailAdmin.Tenant.Configuration;
using MailAdmin.Tenant.Mailboxes;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.ExchangeAdmin;

/// <summary>Represents an invocation of a cmdlet.</summary>
internal sealed class AdminCall(TenantState tenant, JsonObject parameters)
{
    public TenantState Tenant => tenant;

    public ExchangeDirectory Exchange => tenant.Exchange;

    /// <summary>The configuration that a reading cmdlet returns.</summary>
    public ExchangeConfiguration Readable { get; } = tenant.Exchange.Readable;

    /// <summary>The configuration that a changing cmdlet is based on.</summary>
    public ExchangeConfiguration Current => tenant.Exchange.Current;

    /// <summary>The warnings in the response.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Whether a parameter was given, null included.</summary>
    public bool Has(string name) => parameters.ContainsKey(name);

    /// <summary>Returns a text parameter; null if it's missing or null.</summary>
    public string? Text(string name) => parameters[name]?.ToString() is { Length: > 0 } text ? text : null;

    /// <exception cref="AdminRefusal">It is missing.</exception>
    public string Required(string name) => Text(name)
        ?? throw AdminRefusal.Binding($"Cannot process command because of one or more missing mandatory parameters: {name}.");

    /// <summary>Returns a parameter of several values; a single value is a list of one.</summary>
    public string[] Texts(string name) => parameters[name] switch
    {
        JsonArray array => [.. array.Select(i => i?.ToString() ?? "")],
        null => [],
        var one => [one.ToString()],
    };

    /// <summary>Returns a boolean; null if it's missing or null.</summary>
    /// <exception cref="AdminRefusal">The value isn't a boolean.</exception>
    public bool? Flag(string name) => parameters[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out bool flag) => flag,
        var other => throw AdminRefusal.Binding(
            $"Cannot process argument transformation on parameter '{name}'. Cannot convert value \"{other}\" to type "
                + $"\"System.Boolean\"."),
    };

    /// <exception cref="AdminRefusal">The object wasn't found.</exception>
    public Recipient RecipientOf(string name) => FindRecipient(Current, name) ?? throw AdminRefusal.NotFound(name);

    /// <summary>Returns the recipient with a name, of any kind; null if there is none.</summary>
    public Recipient? FindRecipient(ExchangeConfiguration configuration, string name) =>
        Recipient.Find(tenant.Mailboxes, configuration, tenant.Domain, name);

    /// <summary>Mailboxes, then groups.</summary>
    public IEnumerable<Recipient> Recipients(ExchangeConfiguration configuration) =>
        Recipient.All(tenant.Mailboxes, configuration, tenant.Domain);

    /// <exception cref="AdminRefusal">The object wasn't found.</exception>
    public Mailbox MailboxOf(string name) => RecipientOf(name).Mailbox ?? throw AdminRefusal.NotFound(name);

    public Recipient Describe(Mailbox mailbox) => Recipient.Of(mailbox, tenant.Domain);

    /// <exception cref="AdminRefusal">The object wasn't found.</exception>
    public ExchangePrincipal PrincipalOf(string name) =>
        Current.Principals.FirstOrDefault(p => p.IsNamed(name)) ?? throw AdminRefusal.NotFound(name);

    /// <summary>The names of objects are at most 64 characters long.</summary>
    /// <exception cref="AdminRefusal">It is longer.</exception>
    public static string Name(string name) => name.Length <= 64 ? name
        : throw AdminRefusal.Binding(
            $"The length of the property is too long. The maximum length is 64 and the length of the value provided is "
                + $"{name.Length}.");
}
