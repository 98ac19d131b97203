namespace MailAdmin.Core.Apps;

/// <summary>How long a secret lasts.</summary>
/// <param name="Months">Months.</param>
/// <param name="Parameter">The parameter that asked for it, as in "-Lifetime"; null when nobody did. Then a policy of the tenant
/// may shorten it.</param>
internal sealed record SecretLifetime(int Months, string? Parameter)
{
    /// <summary>Months that a secret lasts when nothing says how long.</summary>
    private const int UsualMonths = 6;

    /// <summary>What was asked for, or else what is usual.</summary>
    /// <param name="asked">Months; null when nobody asked.</param>
    /// <param name="parameter">The parameter that asks.</param>
    /// <param name="usual">Months when nobody asked; null for six.</param>
    public static SecretLifetime Of(int? asked, string parameter, int? usual = null) =>
        asked is { } months ? new(months, parameter) : new(usual ?? UsualMonths, null);
}
