using MailAdmin.Core.Apps;
using MailAdmin.Core.Service;

namespace MailAdmin.Commands;

/// <summary>
/// Takes over another user's app: shows each owner and credential, and removes those that aren't accepted by name.
/// </summary>
internal static class Adoption
{
    /// <summary>Prompts for each owner and credential of the app, and removes it.</summary>
    /// <param name="cmdlet">The cmdlet that prompts. With -WhatIf, nothing is removed.</param>
    /// <param name="session">Signed in with Application.ReadWrite.All.</param>
    /// <param name="app">The app; null without -App.</param>
    /// <param name="accept">Names or IDs of owners and credentials to keep.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="InvalidRequestException">
    /// No app is specified by its ID (AppIdRequired), a name is unknown (ControlNotFound), or an owner or credential remains
    /// (AdoptionRequired).
    /// </exception>
    public static async Task RunAsync(
        AsyncCmdlet cmdlet, Session session, AppReference? app, string[] accept, CancellationToken cancellationToken)
    {
        var id = app?.RequireId() ?? throw new InvalidRequestException(
            "AppIdRequired", "-Adopt requires one app that -App specifies by its ID.")
        {
            Advice = "Specify -App with the client ID.",
        };
        var adoption = new AppAdoption(session);
        var plan = await adoption.FindAsync(id, accept, cancellationToken);
        foreach (var control in plan.Open)
        {
            if (cmdlet.ShouldProcess(plan.Name, $"Remove {control}"))
            {
                await adoption.RemoveAsync(plan, control, cancellationToken);
                plan.Removed.Add(control);
                cmdlet.WriteWarning($"Removed from {plan.Name}: {control}.");
            }
        }

        if (plan.Removed.Count == plan.Open.Count && cmdlet.ShouldProcess(plan.Name, "Adopt the app"))
        {
            await adoption.FinishAsync(plan, cancellationToken);
        }
    }
}
