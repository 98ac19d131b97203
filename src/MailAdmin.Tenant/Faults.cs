using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Entra;
using MailAdmin.Tenant.ExchangeAdmin;
using MailAdmin.Tenant.Graph;
using MailAdmin.Tenant.Imap;
using MailAdmin.Tenant.Smtp;

namespace MailAdmin.Tenant;

/// <summary>Lists the faults of a sandbox by name.</summary>
internal static class Faults
{
    /// <summary>Every one of them, in the order in which they are documented.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        .. ConnectionFaults.All, .. ProxyFaults.All, .. EntraFaults.All, .. GraphFaults.All, .. ExchangeFaults.All,
        .. ImapFaults.All, .. SmtpFaults.All,
    ];

    /// <summary>Returns a fault by its name, in any case; null if there is none.</summary>
    public static Fault? Find(string name) =>
        All.FirstOrDefault(f => string.Equals(f.Name, name, StringComparison.OrdinalIgnoreCase));
}
