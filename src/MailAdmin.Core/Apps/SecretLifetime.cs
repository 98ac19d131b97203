namespace MailAdmin.Core.Apps;

/// <summary>Represents the lifetime of a secret.</summary>
/// <param name="Months">Months.</param>
/// <param name="Parameter">
/// The parameter that specified it, such as "-Lifetime"; null if none did. Then a policy of the tenant can shorten it.
/// </param>
internal sealed record SecretLifetime(int Months, string? Parameter)
{
    /// <summary>The default lifetime of a secret, in months.</summary>
    private const int UsualMonths = 6;

    /// <summary>Returns the specified lifetime, or the default.</summary>
    /// <param name="asked">Months; null if not specified.</param>
    /// <param name="parameter">The parameter that specifies it.</param>
    /// <param name="usual">The default in months; null for six.</param>
    public static SecretLifetime Of(int? asked, string parameter, int? usual = null) =>
        asked is { } months ? new(months, parameter) : new(usual ?? UsualMonths, null);
}
