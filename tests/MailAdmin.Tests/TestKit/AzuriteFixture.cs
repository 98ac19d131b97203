namespace MailAdmin.Tests.TestKit;

/// <summary>One for all tests; each has a container of its own.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private Azurite? _azurite;

    internal Azurite Azurite
    {
        get
        {
            if (_azurite is null)
            {
                Assert.Skip(Azurite.Missing!);
            }

            return _azurite!;
        }
    }

    public async ValueTask InitializeAsync() => _azurite = Azurite.Missing is null ? await Azurite.StartAsync() : null;

    public ValueTask DisposeAsync()
    {
        _azurite?.Dispose();
        return ValueTask.CompletedTask;
    }
}
