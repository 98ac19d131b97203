using System.Text.Json.Nodes;

namespace MailAdmin.Core.Service;

/// <summary>How cmdlets of Exchange Online are run: over the endpoint, or in a session of Microsoft's module.</summary>
internal interface IExchangeRoad : IDisposable
{
    /// <summary>Runs a cmdlet.</summary>
    /// <param name="cmdlet">Its name.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>All objects that it returns; there may be none.</returns>
    /// <exception cref="ServiceRefusedException">Exchange said no.</exception>
    /// <exception cref="ConnectionLostException">Exchange could not be reached.</exception>
    Task<IReadOnlyList<ExchangeObject>> RunAsync(string cmdlet, JsonObject parameters, CancellationToken cancellationToken);

    /// <summary>Runs a cmdlet that reads several times at once.</summary>
    /// <param name="cmdlet">Its name.</param>
    /// <param name="parameters">Its parameters, for each time.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The answers by their positions: those that came whole. The others are asked for singly.</returns>
    /// <exception cref="ServiceRefusedException">Exchange said no.</exception>
    /// <exception cref="ConnectionLostException">Exchange could not be reached.</exception>
    Task<IReadOnlyDictionary<int, IReadOnlyList<ExchangeObject>>> RunTogetherAsync(
        string cmdlet, IReadOnlyList<JsonObject> parameters, CancellationToken cancellationToken);

    /// <summary>Whether the caller's roles have a cmdlet; null when Exchange does not tell.</summary>
    Task<bool?> MayRunAsync(string cmdlet, CancellationToken cancellationToken);
}
