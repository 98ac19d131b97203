namespace MailAdmin.Core.Service;

/// <summary>Runs operations that the caller might not have permission for, with a fallback.</summary>
internal static class Allowed
{
    /// <summary>Runs an operation, or a fallback if the caller isn't allowed to.</summary>
    /// <param name="work">The operation.</param>
    /// <param name="denied">The fallback if the service returns that the caller lacks a permission or role.</param>
    /// <returns>The one or the other.</returns>
    /// <exception cref="ServiceRefusedException">It is refused for another reason.</exception>
    public static async Task<T> TryAsync<T>(Func<Task<T>> work, Func<ServiceRefusedException, T> denied)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (e.IsDenied)
        {
            return denied(e);
        }
    }
}
