using static MailAdmin.MailCheckReason;
using static MailAdmin.Core.SignIn.SignInRemedies;

namespace MailAdmin.Core.SignIn;

// Apps and what they prove themselves with.
internal static partial class EntraRows
{
    private static IReadOnlyList<EntraRow> OfApps =>
    [
        Row(CredentialWrong, "Entra does not accept the app's secret: it isn't one of the app's secrets.",
            "Use the secret's value, not its ID (both are shown side by side in the portal). It may also be cut off, or belong "
                + "to another app. A secret that was created in the last two minutes may not have replicated yet. If the value "
                + "is lost, create a new secret.", 7000215, 70002) with { Remedy = NewSecret },
        Row(CredentialExpired, "The app's secret has expired.",
            "Create a new secret, or use a certificate (New-MailAppCertificate). Get-MailAppCredential -ExpiringWithin lists "
                + "what expires next.", 7000222) with { Remedy = NewSecret },
        Row(CredentialWrong, "Entra does not accept the app's certificate: it isn't uploaded to this app, or it has expired.",
            "The certificate is not uploaded to this app, is another one, or has expired. If none of that is so, check the clock "
                + "of this computer. To upload one, create it with New-MailAppCertificate.", 700027)
            with { Remedy = NewCertificate },
        Row(CredentialExpired, "The certificate isn't valid now: its validity period is over, or hasn't begun.",
            "Check the clock of this computer. If the certificate has expired, create a new one.", 1000502)
            with { Remedy = NewCertificate },
        Row(CredentialExpired, "The token of the other identity provider isn't valid now.",
            "Request a new token from the provider directly before the sign-in. Check the clock of the computer that issues it.",
            700024, 500133) with { When = IsFederated },
        Row(CredentialExpired, "The assertion that the app signed isn't valid now: the clocks differ, or the assertion is old.",
            "Correct the clock of this computer (time synchronization). MailAdmin signs a new assertion for each sign-in, so "
                + "run the command again after that.", 700024, 500133),
        Row(CredentialWrong, "Entra can't verify the signature of the app's assertion.",
            "Check the certificate's key ID and dates: the certificate of the private key has to be the one that is uploaded.",
            50012, 700030, 50017, 50027, 900384, 220501) with { Remedy = ShowCredentials },
        Row(CredentialWrong, "The key of the certificate is too weak.",
            "Create a certificate with an RSA key of at least 2,048 bits.", 50032) with { Remedy = NewCertificate },
        Row(CredentialWrong, "The assertion was signed for another app.",
            "The assertion's issuer and subject must both be the client ID.", 700021, 50048),
        Row(CredentialUnexpected, "The request has neither a secret nor an assertion.",
            "Send a client secret or an assertion: specify -ClientSecret or a certificate. For an app through which users sign "
                + "in without a secret, turn on \"Allow public client flows\".", 7000218, 7000216, 90014) with
            {
                When = IsApp, Remedy = ShowCredentials,
            },
        Row(CredentialUnexpected, "The app isn't a public client, and a user can't sign in through it without its secret.",
            "Turn on \"Allow public client flows\" on the app registration (Authentication), or use a public client of your own: "
                + "Initialize-MailAdmin creates one.", 7000218, 7000216, 90014) with
            {
                Remedy = s => new Remedy(s.IsDeviceCode ? "Initialize-MailAdmin -DeviceCode" : "Initialize-MailAdmin")
                {
                    RequiredRole = "Cloud Application Administrator",
                },
            },
        Row(CredentialUnexpected, "A secret was sent for a public client, which has none.",
            "A public client must not send a secret: leave it out. Let a user sign in, or use an app with a secret of its own.",
            700025) with { Remedy = Browser },
        Row(AppNotFound, "The app wasn't found in the tenant.",
            "Check client ID and tenant ID, and the cloud (-Environment). An app that was created in the last minutes may not "
                + "have replicated yet: wait and try again. An app of another tenant requires consent here first.",
            700016, 700011, 70001) with { Remedy = ShowApp },
        Row(ServicePrincipalMissing, "The registration has no service principal in the tenant.",
            "Create the service principal (enterprise application).", 7000229) with
            {
                Remedy = s => s.ClientId is { } id
                    ? new Remedy($"New-MailAppRegistration -Name {Base.CommandText.Of(id)} -App {Base.CommandText.Of(id)}")
                    {
                        RequiredRole = "Cloud Application Administrator",
                    } : null,
            },
        Row(AppDisabled, "The app's service principal is disabled.",
            "The enterprise application is disabled: find out who disabled it and why. Then enable it.", 7000112)
            with { Remedy = Enable },
        Row(AppDisabled, "The app can't be used at this time: its tenant or Microsoft blocked it.",
            "Look at the app in the portal (Enterprise applications), and ask the app's publisher.", 1000031)
            with { Remedy = ShowApp },
        Row(AssignmentMissing, "The service issues tokens only to apps that have one of its permissions, and this one has none.",
            "Grant the app a permission of that service.", 501051) with { Remedy = Consent },
        Row(FederationMismatch, "No federated credential of the app names the issuer of the token.",
            "Add a federated credential on the app registration (Certificates & secrets, Federated credentials), with exactly "
                + "the issuer that the token has (iss).", 700211) with { Remedy = ShowApp },
        Row(FederationMismatch, "No federated credential of the app names the audience of the token.",
            "Request the token for the audience of the federated credential, which is usually api://AzureADTokenExchange (aud).",
            700212) with { Remedy = ShowApp },
        Row(FederationMismatch, "No federated credential of the app names the subject of the token.",
            "The subject of the federated credential has to be exactly what the token has (sub), upper and lower case too.",
            700213) with { Remedy = ShowApp },
        Row(FederationMismatch, "No federated credential of the app matches the token.",
            "Compare issuer, subject, and audience. A federated credential that was created in the last minutes may not have "
                + "replicated yet.", 70021) with { Remedy = ShowApp },
        Row(FederationMismatch, "The token of the other identity provider is one of a user, and has to be one of a workload.",
            "Request the token as the app or managed identity itself, not for a user.", 700229) with { Remedy = ManagedIdentity },
        Row(ResourceMissing, null, "The resource does not exist in this tenant: check the cloud (-Environment). If its service "
            + "principal is missing, create it: Initialize-MailAdmin -ExchangeOnline creates the service principal of Office 365 "
            + "Exchange Online.",
            500011, 50001, 650052, 650054) with
            {
                Cause = s => $"{s.Resource} has no service principal in the tenant.",
                Remedy = NewResource,
            },
        Row(ResourceDisabled, null,
            "Find out who disabled the service's enterprise application, or whether the subscription has lapsed. Then enable it.",
            500014) with { Cause = s => $"The service principal of {s.Resource} is disabled in the tenant." },
    ];
}
