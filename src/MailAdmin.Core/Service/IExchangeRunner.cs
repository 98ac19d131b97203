using System.Text.Json.Nodes;

namespace MailAdmin.Core.Service;

/// <summary>
/// Runs cmdlets of Exchange Online, on the endpoint or in a session of Microsoft's module.
/// </summary>
internal interface IExchangeRunner : IDisposable
{
    /// <summary>Runs a cmdlet.</summary>
    /// <param name="cmdlet">Its name.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>All objects that it returns; there may be none.</returns>
    /// <exception cref="ServiceRefusedException">Exchange refused the request.</exception>
    /// <exception cref="ConnectionLostException">Exchange couldn't be reached.</exception>
    Task<IReadOnlyList<ExchangeObject>> RunAsync(string cmdlet, JsonObject parameters, CancellationToken cancellationToken);

    /// <summary>Runs a cmdlet that reads several times at once.</summary>
    /// <param name="cmdlet">Its name.</param>
    /// <param name="parameters">Its parameters, for each time.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The complete responses by their positions. The others are requested one by one.</returns>
    /// <exception cref="ServiceRefusedException">Exchange refused the request.</exception>
    /// <exception cref="ConnectionLostException">Exchange couldn't be reached.</exception>
    Task<IReadOnlyDictionary<int, IReadOnlyList<ExchangeObject>>> RunTogetherAsync(
        string cmdlet, IReadOnlyList<JsonObject> parameters, CancellationToken cancellationToken);

    /// <summary>Returns whether the caller's roles have a cmdlet; null if Exchange doesn't return it.</summary>
    Task<bool?> MayRunAsync(string cmdlet, CancellationToken cancellationToken);
}
