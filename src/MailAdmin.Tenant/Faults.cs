using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Entra;
using MailAdmin.Tenant.ExchangeAdmin;
using MailAdmin.Tenant.Graph;
using MailAdmin.Tenant.Imap;
using MailAdmin.Tenant.Smtp;

namespace MailAdmin.Tenant;

/// <summary>The faults that a sandbox knows by name.</summary>
internal static class Faults
{
    /// <summary>Every one of them, in the order in which they are documented.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        .. ConnectionFaults.All, .. ProxyFaults.All, .. EntraFaults.All, .. GraphFaults.All, .. ExchangeFaults.All,
        .. ImapFaults.All, .. SmtpFaults.All,
    ];

    /// <summary>A fault by its name, whatever its case; null when there is none.</summary>
    public static Fault? Find(string name) =>
        All.FirstOrDefault(f => string.Equals(f.Name, name, StringComparison.OrdinalIgnoreCase));
}
