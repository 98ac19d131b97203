namespace MailAdmin.Core.Files;

/// <summary>Creates errors for failed file operations.</summary>
internal static class FileFailure
{
    /// <summary>
    /// Returns whether it's an error of the disk: full, read-only, removed, not permitted, or an existing name.
    /// </summary>
    /// <param name="error">The exception that was thrown.</param>
    public static bool Is(Exception error) => error is IOException or UnauthorizedAccessException;

    /// <summary>The error about it.</summary>
    /// <param name="error">The exception that was thrown.</param>
    /// <param name="id">The error's id.</param>
    /// <param name="path">The file or folder, which is the error's target.</param>
    /// <param name="what">The failed operation, a sentence without its full stop. The system's own text follows.</param>
    /// <param name="advice">The recommended action.</param>
    public static InvalidRequestException Of(Exception error, string id, string path, string what, string? advice) =>
        new(id, $"{what}: {error.Message}", error) { Target = path, Advice = advice };

    /// <summary>Runs an operation on files.</summary>
    /// <param name="work">The recommended action.</param>
    /// <param name="id">The error's id.</param>
    /// <param name="path">The file or folder, which is the error's target.</param>
    /// <param name="what">The failed operation, a sentence without its full stop. The system's own text follows.</param>
    /// <param name="advice">The recommended action.</param>
    /// <exception cref="InvalidRequestException">The disk refuses.</exception>
    public static T Guard<T>(Func<T> work, string id, string path, string what, string? advice)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (Is(e))
        {
            throw Of(e, id, path, what, advice);
        }
    }

    /// <inheritdoc cref="Guard{T}(Func{T}, string, string, string, string?)"/>
    public static void Guard(Action work, string id, string path, string what, string? advice) => Guard(
        () =>
        {
            work();
            return true;
        },
        id, path, what, advice);
}
