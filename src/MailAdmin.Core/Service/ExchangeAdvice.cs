namespace MailAdmin.Core.Service;

/// <summary>What to do about a refusal of Exchange's admin endpoint. It is advice for people: nothing branches on it.</summary>
internal static class ExchangeAdvice
{
    /// <summary>The first step; null when the service's text says it all.</summary>
    public static string? For(string code, int status, string cmdlet) => (code, status) switch
    {
        ("InvalidOperationInDehydratedContextException", _) =>
            "The organization was never customized. Run it again with -EnableCustomization, which runs "
                + "Enable-OrganizationCustomization, once for the tenant.",
        (_, 401) => "Grant the signed-in app Exchange/Exchange.ManageAsApp, and sign in again.",
        ("CmdletNotExposed", _) =>
            $"{cmdlet} needs {Service.ExchangeRoles.For(cmdlet)}. A role that was given in the last hours may not have "
                + $"arrived in Exchange.",
        (_, 403) =>
            "Give the signed-in app the directory role Exchange Administrator, or make its service principal a member of a "
                + "role group in Exchange.",
        ("ManagementObjectNotFoundException", _) => "Check the name; what was made in the last minutes may not be visible yet.",
        _ => null,
    };
}
