using MailAdmin.Tenant.Directory;

namespace MailAdmin.Tests.Tenant.Entra;

/// <summary>What users may consent to under each policy: manage-app-consent-policies.md of MicrosoftDocs/entra-docs.</summary>
public class UserConsentPoliciesTests
{
    private const string Thunderbird = "9e5f94bc-e8a4-4e73-b8be-63364c29d753", Other = "11111111-2222-3333-4444-555555555555";

    [Theory]
    [InlineData("microsoft-user-default-recommended", Other, false, "User.Read Mail.Send", true)]
    [InlineData("microsoft-user-default-recommended", Other, false, "Mail.Read", false)]
    [InlineData("microsoft-user-default-recommended", Other, false, "User.Read IMAP.AccessAsUser.All", false)]
    [InlineData("microsoft-user-default-recommended", Other, true, "User.Read", false)]
    [InlineData("microsoft-user-default-recommended", Thunderbird, true, "IMAP.AccessAsUser.All", false)]
    [InlineData("microsoft-user-default-allow-consent-apps", Thunderbird, true, "IMAP.AccessAsUser.All offline_access", true)]
    [InlineData("microsoft-user-default-allow-consent-apps", Other, false, "IMAP.AccessAsUser.All", false)]
    [InlineData("microsoft-user-default-low", Other, false, "User.Read offline_access", true)]
    [InlineData("microsoft-user-default-low", Other, false, "Mail.Send", false)]
    [InlineData("microsoft-user-default-legacy", Other, false, "Mail.ReadWrite", true)]
    [InlineData("microsoft-user-default-legacy", Other, true, "Mail.ReadWrite", false)]
    public void A_policy_allows_what_its_page_says(string policy, string app, bool isOfVendor, string scopes, bool isAllowed) =>
        Assert.Equal(isAllowed, UserConsentPolicies.Allow([policy], app, isOfVendor, scopes.Split(' ')));

    [Fact]
    public void One_policy_that_allows_is_enough_and_none_allows_nothing()
    {
        Assert.True(UserConsentPolicies.Allow(UserConsentPolicies.Managed, Thunderbird, isOfVendor: true, ["Mail.ReadWrite"]));
        Assert.False(UserConsentPolicies.Allow([], Thunderbird, isOfVendor: true, ["User.Read"]));
    }
}
