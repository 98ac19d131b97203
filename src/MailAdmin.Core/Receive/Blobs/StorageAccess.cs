using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using MailAdmin.Core.Base;

namespace MailAdmin.Core.Receive.Blobs;

/// <summary>A token for Azure Storage.</summary>
/// <param name="Value">The token.</param>
/// <param name="ExpiresAt">The expiration.</param>
internal readonly record struct StorageToken(string Value, DateTimeOffset ExpiresAt);

/// <summary>Represents the access to Azure Storage: the transport, and the account.</summary>
/// <param name="Http">Carries the requests.</param>
/// <param name="Time">The clock.</param>
/// <param name="Token">Returns tokens for <see cref="Scope"/>; null if the address has a signature.</param>
internal sealed record StorageAccess(
    HttpMessageHandler Http, TimeProvider Time, Func<CancellationToken, ValueTask<StorageToken>>? Token)
{
    /// <summary>The scope of Azure Storage, in every cloud.</summary>
    /// <remarks>https://learn.microsoft.com/azure/storage/blobs/authorize-access-azure-active-directory</remarks>
    public const string Scope = "https://storage.azure.com/.default";

    /// <summary>Whether the container was found, so that it isn't requested again for each mailbox.</summary>
    public bool IsFound { get; set; }

    /// <summary>Creates a client with MailAdmin's own retries. The SDK's are off, because they use their own clock.</summary>
    public BlobContainerClient Open(StorageAddress address)
    {
        var options = new BlobClientOptions
        {
            Transport = new HttpClientTransport(Wire.NewClient(new RetryHandler(Http, Time, Base.RetryPolicy.Default))),
            Diagnostics = { IsLoggingEnabled = false, IsDistributedTracingEnabled = false, IsTelemetryEnabled = false },
            Retry = { MaxRetries = 0, NetworkTimeout = System.Threading.Timeout.InfiniteTimeSpan },
        };
        return address.HasSignature || Token is null
            ? new BlobContainerClient(address.Reveal(), options)
            : new BlobContainerClient(address.Container, new Credential(Token), options);
    }

    private sealed class Credential(Func<CancellationToken, ValueTask<StorageToken>> token) : TokenCredential
    {
        public override async ValueTask<AccessToken> GetTokenAsync(
            TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            var got = await token(cancellationToken).ConfigureAwait(false);
            return new AccessToken(got.Value, got.ExpiresAt);
        }

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
