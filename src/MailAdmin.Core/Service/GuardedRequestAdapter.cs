using MailAdmin.Core.Base;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Serialization;
using Microsoft.Kiota.Abstractions.Store;

namespace MailAdmin.Core.Service;

/// <summary>
/// Checks requests between the SDK's request builders and its adapter: a variable part of a path, from a user or from the
/// service, must stay one segment. A request that is built for a batch is checked, too.
/// </summary>
internal sealed class GuardedRequestAdapter(IRequestAdapter inner) : IRequestAdapter, IDisposable
{
    public ISerializationWriterFactory SerializationWriterFactory => inner.SerializationWriterFactory;

    public string? BaseUrl
    {
        get => inner.BaseUrl;
        set => inner.BaseUrl = value;
    }

    public void EnableBackingStore(IBackingStoreFactory backingStoreFactory) => inner.EnableBackingStore(backingStoreFactory);

    public Task<ModelType?> SendAsync<ModelType>(
        RequestInformation requestInfo, ParsableFactory<ModelType> factory,
        Dictionary<string, ParsableFactory<IParsable>>? errorMapping = null, CancellationToken cancellationToken = default)
        where ModelType : IParsable => inner.SendAsync(Check(requestInfo), factory, errorMapping, cancellationToken);

    public Task<IEnumerable<ModelType>?> SendCollectionAsync<ModelType>(
        RequestInformation requestInfo, ParsableFactory<ModelType> factory,
        Dictionary<string, ParsableFactory<IParsable>>? errorMapping = null, CancellationToken cancellationToken = default)
        where ModelType : IParsable => inner.SendCollectionAsync(Check(requestInfo), factory, errorMapping, cancellationToken);

    public Task<ModelType?> SendPrimitiveAsync<ModelType>(
        RequestInformation requestInfo, Dictionary<string, ParsableFactory<IParsable>>? errorMapping = null,
        CancellationToken cancellationToken = default) =>
        inner.SendPrimitiveAsync<ModelType>(Check(requestInfo), errorMapping, cancellationToken);

    public Task<IEnumerable<ModelType>?> SendPrimitiveCollectionAsync<ModelType>(
        RequestInformation requestInfo, Dictionary<string, ParsableFactory<IParsable>>? errorMapping = null,
        CancellationToken cancellationToken = default) =>
        inner.SendPrimitiveCollectionAsync<ModelType>(Check(requestInfo), errorMapping, cancellationToken);

    public Task SendNoContentAsync(
        RequestInformation requestInfo, Dictionary<string, ParsableFactory<IParsable>>? errorMapping = null,
        CancellationToken cancellationToken = default) =>
        inner.SendNoContentAsync(Check(requestInfo), errorMapping, cancellationToken);

    public Task<T?> ConvertToNativeRequestAsync<T>(
        RequestInformation requestInfo, CancellationToken cancellationToken = default) =>
        inner.ConvertToNativeRequestAsync<T>(Check(requestInfo), cancellationToken);

    public void Dispose() => (inner as IDisposable)?.Dispose();

    private static RequestInformation Check(RequestInformation request)
    {
        foreach (var value in request.PathParameters.Values)
        {
            if (value is string text)
            {
                PathSegment.Check(text);
            }
        }

        foreach (var value in request.QueryParameters.Values)
        {
            if (value is string text)
            {
                UnicodeText.Check(text);
            }
        }

        return request;
    }
}
