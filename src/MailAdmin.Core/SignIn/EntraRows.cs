namespace MailAdmin.Core.SignIn;

/// <summary>The table of AADSTS numbers: for each, the cause and one next step by situation, least privilege first.</summary>
/// <remarks>
/// https://learn.microsoft.com/entra/identity-platform/reference-error-codes. Numbers that aren't on that page, and come from its
/// neighbors and from reports: 900023, 700021, 700024, 1002012, 7000216, 7000229, 500014, 650053, 501051, 500113, 1000502,
/// 500200, and those of workload identity federation
/// (https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations): 70021, 700211, 700212, 700213.
/// </remarks>
internal static partial class EntraRows
{
    public static IReadOnlyList<EntraRow> All { get; } = [.. OfApps, .. OfRequests, .. OfUsers, .. OfPolicies];

    private static EntraRow Row(MailCheckReason reason, string? cause, string advice, params int[] codes) =>
        new(reason, cause, advice) { Codes = codes };

    private static bool IsPerson(SignInSituation s) => s.IsPerson;

    private static bool IsApp(SignInSituation s) => !s.IsPerson;

    private static bool IsDeviceCode(SignInSituation s) => s.IsDeviceCode;

    private static bool IsFederated(SignInSituation s) => s.IsFederated;
}
