using MailAdmin.Core.Files;
using Microsoft.Identity.Client;
using Microsoft.Identity.Client.Extensions.Msal;

namespace MailAdmin.Core.SignIn;

/// <summary>
/// Stores users' refresh tokens between processes: encrypted for the user on Windows (DPAPI), in the keychain on macOS, in the
/// keyring on Linux. Only on request, they're stored without encryption, in a file and a folder that only the user can open
/// (modes 0600 and 0700; an access list on Windows).
/// </summary>
/// <remarks>https://learn.microsoft.com/entra/msal/dotnet/how-to/token-cache-serialization</remarks>
/// <param name="folder">The folder, which is created if it's missing.</param>
/// <param name="isProtected">
/// False to store the tokens without encryption, readable by any program that can read the user's files.
/// </param>
internal sealed class TokenCacheFile(string folder, bool isProtected)
{
    private const string Product = "MailAdmin", Plain = "tokens.json", Protected = "tokens.bin";

    /// <summary>The folder that it is in when none is named.</summary>
    public static string DefaultFolder => Path.Combine(
        Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), Product);

    /// <summary>Whether the operating system protects it.</summary>
    public bool IsProtected => isProtected;

    /// <summary>The path of the tokens, or the path that represents them.</summary>
    public string Location { get; } = Path.Combine(folder, isProtected ? Protected : Plain);

    /// <summary>Reads and writes a cache there from now on.</summary>
    /// <exception cref="InvalidRequestException">The system can't protect it, or the folder can't be written.</exception>
    internal async Task AttachAsync(ITokenCache cache)
    {
        try
        {
            OwnFile.MakeFolder(folder);
            FileSystem.OfMachine.Protect(folder);
            var properties = new StorageCreationPropertiesBuilder(Path.GetFileName(Location), folder);
            var helper = await MsalCacheHelper.CreateAsync((isProtected
                ? properties.WithMacKeyChain(Product, "tokens")
                    .WithLinuxKeyring(
                        $"{Product}.tokens", "default", $"Tokens of {Product}", KeyValuePair.Create("Version", "1"),
                        KeyValuePair.Create("Product", Product))
                : properties.WithUnprotectedFile()).Build()).ConfigureAwait(false);
            helper.VerifyPersistence();
            helper.RegisterCache(cache);
        }
        catch (Exception e) when (FileFailure.Is(e) || e is MsalCachePersistenceException)
        {
            throw new InvalidRequestException("CacheNotProtected", $"Can't store tokens in {Location}: {e.Message}", e)
            {
                Target = Location,
                Advice = isProtected
                    ? "Sign in without -Persist. On Linux, the keyring requires libsecret and a desktop session. To "
                        + "store the tokens in a file that only you can read, use -UnprotectedCache."
                    : "Make the folder writable, or sign in without -Persist.",
            };
        }
    }
}
