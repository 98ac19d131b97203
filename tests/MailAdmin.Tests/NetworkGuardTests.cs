using System.Net;
using System.Net.Sockets;

namespace MailAdmin.Tests;

/// <summary>The guard has to see what it guards against, or its silence proves nothing.</summary>
public class NetworkGuardTests
{
    [Fact]
    [Trait("Network", "Loopback")]
    public async Task The_guard_sees_a_connection_and_a_look_up()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, ((IPEndPoint)listener.LocalEndpoint).Port, TestContext.Current.CancellationToken);
        await Dns.GetHostAddressesAsync("localhost", TestContext.Current.CancellationToken);

        var attempts = NetworkGuardAttribute.AttemptsOf(TestContext.Current.Test!.UniqueID);

        Assert.Contains(attempts, a => a.StartsWith("ConnectStart", StringComparison.Ordinal));
        Assert.Contains(attempts, a => a.StartsWith("ResolutionStart", StringComparison.Ordinal));
    }
}
