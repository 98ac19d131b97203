namespace MailAdmin.Core.Receive.Blobs;

/// <summary>
/// Represents the address of a container in Azure Blob Storage, with a prefix in it:
/// https://ACCOUNT.blob.core.windows.net/CONTAINER/PREFIX. A shared access signature (SAS) after it is a secret, so no text of
/// this class contains it.
/// </summary>
/// <remarks>
/// Hosts: https://learn.microsoft.com/azure/storage/common/storage-account-overview#storage-account-endpoints (also those of a
/// DNS zone), https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure,
/// https://learn.microsoft.com/azure/china/resources-developer-guide. An emulator on this machine has the account in its path:
/// https://learn.microsoft.com/azure/storage/common/storage-use-azurite.
/// </remarks>
internal sealed class StorageAddress
{
    private static readonly (string Suffix, MailEnvironment[] Clouds)[] Hosts =
    [
        (".blob.core.windows.net", [MailEnvironment.Global]),
        (".blob.storage.azure.net", [MailEnvironment.Global]),
        (".blob.core.usgovcloudapi.net", [MailEnvironment.USGov, MailEnvironment.USGovDoD]),
        (".blob.core.chinacloudapi.cn", [MailEnvironment.China]),
    ];

    private readonly string? _signature;

    private StorageAddress(Uri container, string prefix, string? signature) =>
        (Container, Prefix, _signature) = (container, prefix, signature);

    /// <summary>The container's address, without the signature.</summary>
    public Uri Container { get; }

    /// <summary>The prefix of all blob names: empty, or with a slash at its end.</summary>
    public string Prefix { get; }

    /// <summary>Whether the address contains a signature.</summary>
    public bool HasSignature => _signature is not null;

    /// <summary>The address without the signature; what people see.</summary>
    public string Name => $"{Container.AbsoluteUri}/{Prefix}".TrimEnd('/');

    /// <summary>A prefix in this one.</summary>
    /// <param name="name">The address, as <see cref="Name"/> gives it.</param>
    /// <returns>Null for what isn't in it.</returns>
    public StorageAddress? Below(string name) => name == Name ? this
        : name.StartsWith($"{Name}/", StringComparison.Ordinal)
            ? new StorageAddress(Container, $"{Prefix}{name[(Name.Length + 1)..]}/", _signature) : null;

    /// <summary>Whether a text is meant as one.</summary>
    public static bool Is(string? text) =>
        text is not null && (text.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("http://", StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads one.</summary>
    /// <exception cref="InvalidRequestException">It isn't one (StorageAddressNotValid).</exception>
    public static StorageAddress Parse(string text)
    {
        // Without the query in any case, because it's a secret.
        var shown = text.Split('?', '#')[0];
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
        {
            throw NotValid(shown, "it isn't an address of a container");
        }

        if (!uri.IsLoopback && !Array.Exists(Hosts, host => IsAt(uri, host.Suffix)))
        {
            throw NotValid(shown, $"{uri.Host} isn't a host of Azure Blob Storage");
        }

        if (uri.Scheme != Uri.UriSchemeHttps && !uri.IsLoopback)
        {
            throw NotValid(shown, "it isn't encrypted");
        }

        var parts = uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var depth = uri.IsLoopback ? 2 : 1;
        if (parts.Length < depth)
        {
            throw NotValid(shown, "it has no container");
        }

        var container = new Uri(new Uri(uri.GetLeftPart(UriPartial.Authority)), string.Join('/', parts[..depth]));
        var prefix = string.Concat(parts[depth..].Select(static part => Uri.UnescapeDataString(part) + "/"));
        return new StorageAddress(container, prefix, uri.Query.Length > 1 ? uri.Query[1..] : null);
    }

    /// <summary>Refuses an address that a token of a cloud's sign-in must not be sent to.</summary>
    /// <param name="isSandbox">Whether it's the sandbox's sign-in, which is only for an emulator on this computer.</param>
    /// <exception cref="InvalidRequestException">The address isn't allowed (StorageSignInRequired).</exception>
    public void RequireTokens(MailEnvironment cloud, bool isSandbox)
    {
        var isOfCloud = Array.Exists(Hosts, host => IsAt(Container, host.Suffix) && host.Clouds.Contains(cloud));
        if (Container.Scheme == Uri.UriSchemeHttps && (isSandbox ? Container.IsLoopback : isOfCloud))
        {
            return;
        }

        throw new InvalidRequestException(
            "StorageSignInRequired", $"Can't send the token of this sign-in to '{Name}'.")
        {
            Target = Name,
            Advice = isSandbox
                ? "A sandbox has no storage accounts. Use an emulator on this computer, and an address with a SAS."
                : $"Use a storage account in the cloud {cloud}, or an address with a SAS.",
        };
    }

    /// <summary>The address as it is sent: with the signature, where it has one.</summary>
    internal Uri Reveal() => _signature is null ? Container : new UriBuilder(Container) { Query = _signature }.Uri;

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static bool IsAt(Uri uri, string suffix) => uri.Host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase);

    private static InvalidRequestException NotValid(string shown, string why) => new(
        "StorageAddressNotValid", $"Can't use '{shown}' because {why}.")
    {
        Target = shown,
        Advice = "Specify https://ACCOUNT.blob.core.windows.net/CONTAINER, optionally with a prefix after it.",
    };
}
