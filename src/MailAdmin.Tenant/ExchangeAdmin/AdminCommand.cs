using System.Globalization;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Configuration;

namespace MailAdmin.Tenant.ExchangeAdmin;

/// <summary>A cmdlet of Exchange Online.</summary>
/// <param name="Name">Its name; the page is https://learn.microsoft.com/powershell/module/exchange/{Name}.</param>
/// <param name="Roles">The management roles of which the caller needs one.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Run">Its function.</param>
internal sealed record AdminCommand(
    string Name, string[] Roles, string[] Parameters, Func<AdminCall, IEnumerable<JsonObject>> Run)
{
    private const int UsualResultSize = 1000;

    private static readonly string[] Common = ["Confirm", "WhatIf", "ErrorAction", "WarningAction", "Verbose", "Debug"];

    /// <summary>Whether an organization that was never customized refuses it.</summary>
    public bool NeedsCustomization { get; init; }

    /// <summary>
    /// The maximum number of results: for a list with -ResultSize the first 1,000, unless another number or unlimited is
    /// specified. The response has a warning if results are omitted.
    /// </summary>
    /// <remarks>https://learn.microsoft.com/powershell/module/exchange/get-mailbox (-ResultSize)</remarks>
    public IEnumerable<JsonObject> Limited(AdminCall call)
    {
        var all = Run(call);
        if (!Parameters.Contains("ResultSize") || ExchangeConfiguration.Same(call.Text("ResultSize"), "Unlimited"))
        {
            return all;
        }

        var asked = call.Text("ResultSize");
        var most = asked is null ? UsualResultSize
            : int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw AdminRefusal.Binding(
                $"Cannot process argument transformation on parameter 'ResultSize'. Cannot convert value \"{asked}\" to type "
                    + "\"Microsoft.Exchange.Data.Unlimited`1[System.UInt32]\".");
        JsonObject[] some = [.. all.Take(most + 1)];
        if (some.Length > most)
        {
            call.Warnings.Add(asked is null
                ? "By default, only the first 1000 items are returned. Use the ResultSize parameter to specify the number of "
                    + "items returned. To return all items, specify \"-ResultSize Unlimited\"."
                : "There are more results available than are currently displayed. To view them, increase the value for the "
                    + "ResultSize parameter.");
        }

        return some.Take(most);
    }

    /// <exception cref="AdminRefusal">It doesn't have this parameter.</exception>
    public void Check(JsonObject parameters)
    {
        if (parameters.Select(p => p.Key)
            .FirstOrDefault(p => !Parameters.Concat(Common).Contains(p, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw AdminRefusal.Binding($"A parameter cannot be found that matches parameter name '{unknown}'.");
        }
    }
}
