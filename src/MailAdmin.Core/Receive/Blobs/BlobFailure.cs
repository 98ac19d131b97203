using Azure;

namespace MailAdmin.Core.Receive.Blobs;

/// <summary>Represents an error of Azure Blob Storage, or a failed connection to it, as an I/O error for the writer.</summary>
/// <remarks>https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes</remarks>
internal sealed class BlobFailure : IOException
{
    private BlobFailure(string message, string? code, int status, Exception inner)
        : base(message, inner) => (Code, Status) = (code, status);

    /// <summary>The service's own code; null if it returned none.</summary>
    public string? Code { get; }

    /// <summary>The HTTP status; 0 without a response.</summary>
    public int Status { get; }

    /// <summary>Whether a blob isn't there.</summary>
    public bool IsMissing => Code == "BlobNotFound";

    /// <summary>Whether a blob already exists, or has changed.</summary>
    public bool IsConflict => Code is "BlobAlreadyExists" or "ConditionNotMet" or "UnauthorizedBlobOverwrite";

    /// <summary>Whether another one has the lease.</summary>
    public bool IsLeaseRefused => Code?.StartsWith("Lease", StringComparison.Ordinal) == true;

    /// <summary>Calls the service.</summary>
    /// <param name="place">The container, as people see it.</param>
    /// <exception cref="InvalidRequestException">
    /// The container doesn't exist (ContainerNotFound), or access to it is denied (StorageAccessDenied).
    /// </exception>
    /// <exception cref="BlobFailure">Any other refusal.</exception>
    public static async Task<T> CallAsync<T>(StorageAddress place, Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (RequestFailedException e)
        {
            throw Of(place, e);
        }
    }

    private static Exception Of(StorageAddress place, RequestFailedException e) => (e.Status, e.ErrorCode) switch
    {
        (404, "ContainerNotFound" or "ContainerBeingDeleted" or "ResourceNotFound") => new InvalidRequestException(
            "ContainerNotFound", $"The container '{place.Container.AbsoluteUri}' wasn't found.", e)
        {
            Target = place.Name,
            Advice = "Nothing was changed on the server. Create the container, or correct -Destination or -StatePath.",
        },
        (401 or 403, var code) => new InvalidRequestException(
            "StorageAccessDenied", $"Access to '{place.Name}' was denied ({code ?? "no code"}).", e)
        {
            Target = place.Name,
            Advice = place.HasSignature
                ? "Use a SAS that is valid, with the permissions read, add, create, and write on the container."
                : "Assign the role Storage Blob Data Contributor on the container to your account. A new assignment "
                    + "takes up to 10 minutes to take effect. Also check the firewall of the storage account.",
        },
        // The first line of the service's text is the message. The caller adds the address.
        _ => new BlobFailure(
            e.Status == 0 ? $"Can't connect to Azure Storage: {e.Message.Split('\n')[0].Trim()}"
                : $"{e.Message.Split('\n')[0].Trim()} ({e.ErrorCode ?? $"{e.Status}"})",
            e.ErrorCode, e.Status, e),
    };
}
