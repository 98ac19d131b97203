using System.Net.Sockets;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Gate;

/// <summary>Opens connections that aren't HTTP requests, and applies the faults of connections.</summary>
internal static class ConnectionGate
{
    /// <summary>Lets a connection through.</summary>
    /// <exception cref="SocketException">A fault is on.</exception>
    public static async Task PassAsync(TenantState tenant, CancellationToken cancellationToken)
    {
        Fault? fault;
        lock (tenant.Gate)
        {
            fault = tenant.Faults.Take(FaultPoint.Connection);
        }

        if (fault == ConnectionFaults.Hang)
        {
            await Task.Delay(ConnectionFaults.GatewayTimeout, tenant.Clock, cancellationToken).ConfigureAwait(false);
            throw new SocketException((int)SocketError.TimedOut);
        }

        if (fault?.Refusal?.Invoke() is { } refusal)
        {
            throw refusal.InnerException ?? refusal;
        }
    }
}
