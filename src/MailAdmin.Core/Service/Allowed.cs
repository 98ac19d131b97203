namespace MailAdmin.Core.Service;

/// <summary>What the caller may not be allowed to do, and what then comes in its place.</summary>
internal static class Allowed
{
    /// <summary>Does something, or something else when the caller may not.</summary>
    /// <param name="work">What is done.</param>
    /// <param name="denied">What comes in its place when the service says that the caller lacks a permission or role.</param>
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
