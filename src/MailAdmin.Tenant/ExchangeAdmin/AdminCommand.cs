using System.Text.Json.Nodes;

namespace MailAdmin.Tenant.ExchangeAdmin;

/// <summary>A cmdlet of Exchange Online.</summary>
/// <param name="Name">Its name; the page is https://learn.microsoft.com/powershell/module/exchange/{Name}.</param>
/// <param name="Roles">The management roles of which the caller needs one.</param>
/// <param name="Parameters">What it takes.</param>
/// <param name="Run">What it does.</param>
internal sealed record AdminCommand(
    string Name, string[] Roles, string[] Parameters, Func<AdminCall, IEnumerable<JsonObject>> Run)
{
    private static readonly string[] Common = ["Confirm", "WhatIf", "ErrorAction", "WarningAction", "Verbose", "Debug"];

    /// <summary>Whether an organization that was never customized refuses it.</summary>
    public bool NeedsCustomization { get; init; }

    /// <exception cref="AdminRefusal">It does not have this parameter.</exception>
    public void Check(JsonObject parameters)
    {
        if (parameters.Select(p => p.Key)
            .FirstOrDefault(p => !Parameters.Concat(Common).Contains(p, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw AdminRefusal.Binding($"A parameter cannot be found that matches parameter name '{unknown}'.");
        }
    }
}
