using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;
using Microsoft.Graph.Applications.Item.AddPassword;
using Microsoft.Graph.Models;

namespace MailAdmin.Core.Apps;

/// <summary>Makes client secrets within what the tenant's policy allows.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/application-addpassword</remarks>
internal sealed class SecretMaker(Session session)
{
    /// <summary>Months that a secret lasts when nobody says how long.</summary>
    private const int UsualLifetime = 6;

    /// <summary>
    /// How far this machine's clock may be ahead of the service's when a secret is to last as long as is allowed.
    /// </summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(10);

    /// <summary>Makes a secret that lasts as long as is asked for.</summary>
    /// <param name="owner">The app.</param>
    /// <param name="displayName">The secret's own name.</param>
    /// <param name="months">How long it is to last.</param>
    /// <param name="parameter">The parameter that said so, for the advice.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The secret, with its text: nobody tells that again.</returns>
    /// <exception cref="InvalidRequestException">A policy of the tenant caps the lifetime.</exception>
    public async Task<PasswordCredential> MakeAsync(
        SecretOwner owner, string displayName, int months, string parameter, CancellationToken cancellationToken)
    {
        try
        {
            return await AddAsync(
                owner, displayName, session.Wire.Time.GetUtcNow().AddMonths(months), cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (e.Code == SecretPolicy.Refusal)
        {
            var cap = await SecretPolicy.LongestLifetimeAsync(
                session, CredentialKind.Secret, cancellationToken).ConfigureAwait(false);
            throw new InvalidRequestException(
                "SecretLifetimeCapped",
                cap is null ? $"A policy of the tenant forbids a secret of {months} months: {e.Message}"
                    : $"A policy of the tenant caps secrets at {cap.Value.TotalDays:0} days; {months} months are more.", e)
            {
                Target = months,
                Advice = cap is { TotalDays: >= 31 }
                    ? $"Give {parameter} {(int)(cap.Value.TotalDays / 31)}, or use a certificate (New-MailAppCertificate)."
                    : "Use a certificate (New-MailAppCertificate).",
            };
        }
    }

    /// <summary>Makes a secret that lasts six months, or as long as the tenant's policy allows.</summary>
    /// <param name="owner">The app.</param>
    /// <param name="displayName">The secret's own name.</param>
    /// <param name="pending">Is told of a policy that cut the lifetime.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The secret, with its text: nobody tells that again.</returns>
    public async Task<PasswordCredential> MakeUsualAsync(
        SecretOwner owner, string displayName, List<MailAdminPending> pending, CancellationToken cancellationToken)
    {
        var now = session.Wire.Time.GetUtcNow();
        try
        {
            return await AddAsync(owner, displayName, now.AddMonths(UsualLifetime), cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (e.Code == SecretPolicy.Refusal)
        {
            if (await SecretPolicy.LongestLifetimeAsync(
                session, CredentialKind.Secret, cancellationToken).ConfigureAwait(false) is not { } cap || cap <= Skew)
            {
                throw;
            }

            pending.Add($"A policy of the tenant caps secrets at {cap.TotalDays:0.#} days; this one lasts as long.");
            return await AddAsync(owner, displayName, now + cap - Skew, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<PasswordCredential> AddAsync(
        SecretOwner owner, string displayName, DateTimeOffset end, CancellationToken cancellationToken)
    {
        // A secret is told once: what is left to do when it is made must not fail.
        session.Journal.Check();
        var request = new AddPasswordPostRequestBody
        {
            PasswordCredential = new PasswordCredential { DisplayName = displayName, EndDateTime = end },
        };
        return (await Replication.WhenVisibleAsync(session.Wire, "The app registration", () => session.ChangeAsync(
            g => g.Applications[owner.ApplicationId].AddPassword.PostAsync(request, cancellationToken: cancellationToken),
            // The id of the secret and its end, never its value.
            made => new ChangeNote(
                JournalAction.NewSecret, owner.ClientId, owner.Name, null,
                CredentialChanges.Describe(made!.KeyId.ToString()!, made.EndDateTime))),
            cancellationToken).ConfigureAwait(false))!;
    }
}

/// <summary>Whose secret it is.</summary>
/// <param name="ApplicationId">Object id of the registration.</param>
/// <param name="ClientId">The app's client id.</param>
/// <param name="Name">Its display name.</param>
internal sealed record SecretOwner(string ApplicationId, string ClientId, string Name);
