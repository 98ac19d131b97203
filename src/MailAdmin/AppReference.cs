using MailAdmin.Commands;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Service;

namespace MailAdmin;

/// <summary>
/// Represents the app that a parameter specifies: an object that represents an app, a display name, or an ID. It is looked up
/// when it is used.
/// </summary>
public sealed class AppReference
{
    /// <summary>The ID of the error about an object of another tenant.</summary>
    internal const string OfOtherTenant = "ObjectOfOtherTenant";

    private MailAppRegistration? _found;
    private Session? _foundIn;

    internal AppReference(
        string text, MailAppRegistration? registration = null, bool isRefused = false, string? tenantId = null) =>
        (Text, Registration, IsRefused, TenantId) = (text, registration, isRefused, registration?.TenantId ?? tenantId);

    /// <summary>The display name or ID; of an object, the client ID.</summary>
    internal string Text { get; }

    /// <summary>The object, if it is a registration with all that the service returned; null for a text.</summary>
    internal MailAppRegistration? Registration { get; }

    /// <summary>The ID of the tenant that the object is of; null if it isn't known.</summary>
    internal string? TenantId { get; }

    /// <summary>Whether the given object represents no app.</summary>
    internal bool IsRefused { get; }

    /// <summary>Whether it is an ID, not a display name.</summary>
    internal bool IsId => AppLookup.IsId(Text);

    /// <inheritdoc/>
    public override string ToString() => Registration?.ToString() ?? Text;

    /// <summary>Finds the app without its permissions, grants, and owners, once for each reference.</summary>
    /// <exception cref="InvalidRequestException">AppNotFound, AmbiguousApp, or InputNotAccepted.</exception>
    internal async Task<MailAppRegistration> FindAsync(Session session, string tenant, CancellationToken cancellationToken)
    {
        Check(session, tenant);
        if (Registration is null && _foundIn != session)
        {
            _found = await new AppLookup(session).FindAsync(Text, cancellationToken) ?? throw NotFound(Text, tenant);
            _foundIn = session;
        }

        return Registration ?? _found!;
    }

    /// <summary>Rejects an object that represents no app, or for one of another tenant.</summary>
    /// <exception cref="InvalidRequestException">InputNotAccepted, or ObjectOfOtherTenant.</exception>
    private void Check(Session session, string tenant)
    {
        Check();
        if (TenantId is { Length: > 0 } && !TenantId.Equals(session.TenantId, StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidRequestException(
                OfOtherTenant, $"The app '{this}' is an object of tenant {TenantId}, not of {tenant}.")
            {
                Target = Text,
                Advice = "Specify the context of its tenant with -Context. If both tenants have the app, specify its client ID.",
            };
        }
    }

    /// <summary>Finds the app to act as: an object is taken as it is; a text needs the tenant that is signed in to.</summary>
    /// <exception cref="InvalidRequestException">AppNotFound, AmbiguousApp, InputNotAccepted, or NotConnected.</exception>
    internal async Task<MailAppRegistration> ToActAsAsync(CancellationToken cancellationToken) => Registration
        ?? (Contexts.Here.Default is { Handle: Session session } context
            ? await FindAsync(session, context.Tenant, cancellationToken)
            : throw TenantCmdlet.NotConnected());

    /// <summary>Finds the app with its permissions, grants, and owners; an object is taken as it is.</summary>
    /// <exception cref="InvalidRequestException">AppNotFound, AmbiguousApp, or InputNotAccepted.</exception>
    internal async Task<MailAppRegistration> ReadAsync(Session session, string tenant, CancellationToken cancellationToken)
    {
        Check(session, tenant);
        return Registration ?? await ReadAgainAsync(session, tenant, cancellationToken);
    }

    /// <summary>Finds the app as it is now, with its permissions, grants, and owners.</summary>
    /// <exception cref="InvalidRequestException">AppNotFound, AmbiguousApp, or InputNotAccepted.</exception>
    internal async Task<MailAppRegistration> ReadAgainAsync(Session session, string tenant, CancellationToken cancellationToken)
    {
        Check(session, tenant);
        var id = Registration?.ClientId ?? (IsId ? Text : (await FindAsync(session, tenant, cancellationToken)).ClientId);
        return await new AppDirectory(session).GetAsync(id, cancellationToken) ?? throw NotFound(Text, tenant);
    }

    /// <summary>
    /// Returns the ID, for cmdlets that would grant permissions to a new app. A name doesn't show who owns the app, so it isn't
    /// accepted.
    /// </summary>
    /// <exception cref="InvalidRequestException">AppIdRequired, or InputNotAccepted.</exception>
    internal string RequireId()
    {
        Check();
        return Registration?.ClientId ?? (IsId ? Text : throw new InvalidRequestException(
            "AppIdRequired", $"Can't use the app '{Text}' by its display name here because every user can give an app any name.")
        {
            Target = Text,
            Advice = $"To get the IDs and owners, run Get-MailAppRegistration -Name '{Text}'. "
                + "Then specify -App with the client ID.",
        });
    }

    /// <summary>Rejects an object that represents no app.</summary>
    /// <exception cref="InvalidRequestException">InputNotAccepted.</exception>
    internal void Check()
    {
        if (IsRefused)
        {
            throw new InvalidRequestException("InputNotAccepted", $"'{Text}' doesn't represent an app.")
            {
                Target = Text,
                Advice = "Specify an app object from Get-MailAppRegistration, a display name, a client ID, or an object ID.",
            };
        }
    }

    internal static InvalidRequestException NotFound(string app, string tenant) =>
        new("AppNotFound", $"No app '{app}' was found in {tenant}.")
        {
            Target = app,
            Advice = "To list the apps, run Get-MailAppRegistration. An app of another tenant is found if it has a "
                + "service principal in this tenant.",
        };
}
