using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;
using Microsoft.Graph.Applications.Item.AddPassword;
using Microsoft.Graph.Models;

namespace MailAdmin.Core.Apps;

/// <summary>Creates client secrets within the limits of the tenant's policy.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/application-addpassword</remarks>
internal sealed class SecretMaker(Session session)
{
    /// <summary>
    /// The time by which this computer's clock can be ahead of the service's. It's subtracted from the maximum lifetime.
    /// </summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(10);

    /// <summary>Creates a secret.</summary>
    /// <param name="owner">The app.</param>
    /// <param name="displayName">The secret's own name.</param>
    /// <param name="lifetime">The lifetime.</param>
    /// <param name="pending">Receives a remark if a policy shortened the default lifetime.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The secret with its value, which isn't returned again.</returns>
    /// <exception cref="InvalidRequestException">A policy of the tenant caps the lifetime (SecretLifetimeCapped) or forbids
    /// secrets (SecretsBlocked).</exception>
    public async Task<PasswordCredential> MakeAsync(
        SecretOwner owner, string displayName, SecretLifetime lifetime, List<MailAdminPending> pending,
        CancellationToken cancellationToken)
    {
        var now = session.Wire.Time.GetUtcNow();
        try
        {
            return await AddAsync(
                owner, displayName, now.AddMonths(lifetime.Months), cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (e.Code == SecretPolicy.Blocked)
        {
            throw SecretPolicy.Forbidden(owner.Name, owner.ApplicationId, session.Cloud, e);
        }
        catch (ServiceRefusedException e) when (e.Code == SecretPolicy.Refusal)
        {
            var cap = await SecretPolicy.LongestLifetimeAsync(
                session, CredentialKind.Secret, cancellationToken).ConfigureAwait(false);
            if (lifetime.Parameter is not null || cap is null || cap <= Skew)
            {
                throw SecretPolicy.Capped(lifetime, cap, e);
            }

            pending.Add($"A policy of the tenant limits secrets to {cap.Value.TotalDays:0.#} days. The secret is "
                + "valid for this time.");
            return await AddAsync(owner, displayName, now + cap.Value - Skew, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<PasswordCredential> AddAsync(
        SecretOwner owner, string displayName, DateTimeOffset end, CancellationToken cancellationToken)
    {
        // The secret value is returned once, so no step after the creation must fail.
        session.Journal.Check();
        var request = new AddPasswordPostRequestBody
        {
            PasswordCredential = new PasswordCredential { DisplayName = displayName, EndDateTime = end },
        };
        try
        {
            return (await Replication.WhenVisibleAsync(session.Wire, "The app registration", () => session.ChangeAsync(
                g => g.Applications[owner.ApplicationId].AddPassword.PostAsync(request, cancellationToken: cancellationToken),
                // The id of the secret and its end, never its value.
                made => new ChangeNote(
                    JournalAction.NewSecret, owner.ClientId, owner.Name, null,
                    CredentialChanges.Describe(made!.KeyId.ToString()!, made.EndDateTime))),
                cancellationToken).ConfigureAwait(false))!;
        }
        catch (Exception e) when (e is ConnectionLostException or UnexpectedResponseException)
        {
            // The service might have created the secret, and its value is lost. The next run looks for it.
            session.Note(new ChangeNote(JournalAction.LoseSecret, owner.ClientId, displayName, null, "no response"));
            throw;
        }
    }
}

/// <param name="ApplicationId">Object ID of the registration.</param>
/// <param name="ClientId">The app's client ID.</param>
/// <param name="Name">Its display name.</param>
internal sealed record SecretOwner(string ApplicationId, string ClientId, string Name);
