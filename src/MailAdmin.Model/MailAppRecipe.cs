namespace MailAdmin;

/// <summary>A recipe: what a product needs to work with mail in Microsoft 365.</summary>
public sealed record MailAppRecipe
{
    /// <summary>The name of the recipe and its file.</summary>
    public required string Name { get; init; }

    /// <summary>The product's use of mail, in one sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>The vendor's page that the recipe follows.</summary>
    public required Uri Page { get; init; }

    /// <summary>The path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>The protocol of the product.</summary>
    public MailProtocol Protocol { get; init; }

    /// <summary>The accounts that can sign in.</summary>
    public SignInAudience SignInAudience { get; init; }

    /// <summary>The ways in which the product can sign in, the default first.</summary>
    public required MailAppRecipeAccess[] Access { get; init; }

    /// <summary>The vendor's own app; null if an app is registered in the customer's tenant.</summary>
    public MailAppRecipeVendorApp? VendorApp { get; init; }

    /// <summary>The redirect URI; null if there is none.</summary>
    public MailAppRecipeRedirect? Redirect { get; init; }

    /// <summary>The credential of the app; null if the vendor has it.</summary>
    public MailAppRecipeCredential? Credential { get; init; }

    /// <summary>The requirements of the mailbox.</summary>
    public MailAppRecipeMailbox Mailbox { get; init; } = new();

    /// <summary>Whether the app is restricted to its mailboxes.</summary>
    public bool Restricted { get; init; }

    /// <summary>The product's actions on messages after it reads them.</summary>
    public MailAppRecipeAfterProcessing? AfterProcessing { get; init; }

    /// <summary>The fields of the vendor's form in their order.</summary>
    public MailAppRecipeField[] Form { get; init; } = [];

    /// <summary>Manual steps, one sentence each.</summary>
    public string[] ManualStep { get; init; } = [];

    /// <summary>
    /// The option to select in the product to test the sign-in of a user, in one sentence; null if there is none.
    /// </summary>
    public string? TestButton { get; init; }

    /// <summary>Common mistakes, one sentence each.</summary>
    public string[] Warning { get; init; } = [];

    /// <summary>Whether Permission lists those of the vendor's page instead of the least permissions.</summary>
    public bool UseVendorPermissions { get; init; }

    /// <summary>The requested permissions of the default way of access.</summary>
    public MailAppRecipePermission[] Permission => [.. Access[0].Permission.Where(p => p.IsWanted(UseVendorPermissions))];

    /// <summary>The omitted permissions, each with its reason.</summary>
    public MailAppRecipePermission[] OmittedPermission => [.. Access[0].Permission.Where(p => !p.IsWanted(UseVendorPermissions))];

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>Represents one way in which a product can sign in.</summary>
public sealed record MailAppRecipeAccess
{
    /// <summary>The identity of the product.</summary>
    public required MailAppRecipeKind Kind { get; init; }

    /// <summary>The least permissions and those of the vendor's page.</summary>
    public required MailAppRecipePermission[] Permission { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Kind.ToString();
}

/// <summary>The identity that a product signs in with.</summary>
public enum MailAppRecipeKind
{
    /// <summary>An app with its own credential (client credentials).</summary>
    AppOnly,
    /// <summary>A user who signed in to the product (authorization code).</summary>
    Delegated,
    /// <summary>A user who signed in to the vendor's own app, which serves all customers.</summary>
    VendorApp,
}

/// <summary>A permission of a recipe, and whether it is required.</summary>
/// <param name="Permission">The permission.</param>
/// <param name="Need">Whether the product requires it, the vendor's page lists it, or both.</param>
public sealed record MailAppRecipePermission(MailAppPermission Permission, MailAppRecipeNeed Need)
{
    /// <summary>Application or delegated.</summary>
    public PermissionKind Kind => Permission.Kind;

    /// <summary>The mailboxes that require it.</summary>
    public MailAppRecipeMailboxKind Mailbox { get; init; }

    /// <summary>Why the least permissions and the vendor's page differ; null if they don't.</summary>
    public string? Reason { get; init; }

    /// <summary>Returns whether the permission is requested.</summary>
    /// <param name="useVendorPermissions">Whether to use the permissions of the vendor's page.</param>
    /// <returns>True if it is requested.</returns>
    public bool IsWanted(bool useVendorPermissions) =>
        Need == MailAppRecipeNeed.Both
        || Need == (useVendorPermissions ? MailAppRecipeNeed.VendorPageOnly : MailAppRecipeNeed.Required);

    /// <inheritdoc/>
    public override string ToString() => Permission.ToString();
}

/// <summary>Whether a permission is required, on the vendor's page, or both.</summary>
public enum MailAppRecipeNeed
{
    /// <summary>The permission is required, and on the vendor's page.</summary>
    Both,
    /// <summary>The permission is required, but not on the vendor's page.</summary>
    Required,
    /// <summary>The permission is on the vendor's page, but not required.</summary>
    VendorPageOnly,
}

/// <summary>The mailboxes that require a permission.</summary>
public enum MailAppRecipeMailboxKind
{
    /// <summary>All mailboxes.</summary>
    Any,
    /// <summary>The mailbox of the user who signs in.</summary>
    Own,
    /// <summary>A shared mailbox, or the mailbox of another user.</summary>
    Shared,
}

/// <summary>The app that a vendor registered for all customers. It gets a service principal in the tenant.</summary>
/// <param name="ClientId">The client ID.</param>
/// <param name="DisplayName">The display name of the vendor's app.</param>
public sealed record MailAppRecipeVendorApp(string ClientId, string DisplayName)
{
    /// <summary>Options of the product that the service no longer accepts, in one sentence; null if there are none.</summary>
    public string? Retired { get; init; }
}

/// <summary>The redirect URI of sign-ins.</summary>
/// <param name="Uri">The URI, with "{customer}" instead of the customer's name.</param>
/// <param name="Platform">The platform.</param>
public sealed record MailAppRecipeRedirect(string Uri, RedirectPlatform Platform);

/// <summary>The credential of an app.</summary>
/// <param name="Kind">Secret or certificate.</param>
/// <param name="Lifetime">The lifetime in months.</param>
/// <param name="Reminder">The number of days before expiration from which it is reported as expiring.</param>
public sealed record MailAppRecipeCredential(CredentialKind Kind, int Lifetime, int Reminder);

/// <summary>The requirements of a product's mailbox.</summary>
public sealed record MailAppRecipeMailbox
{
    /// <summary>Whether the app requires FullAccess in Exchange.</summary>
    public bool FullAccess { get; init; }

    /// <summary>Whether IMAP must be enabled.</summary>
    public bool ImapEnabled { get; init; }

    /// <summary>Whether the mailbox must have a time zone.</summary>
    public bool TimeZone { get; init; }

    /// <summary>Whether only the product should use the mailbox.</summary>
    public bool Dedicated { get; init; }

    /// <summary>The recommended license; null if there is none.</summary>
    public MailAppRecipeLicense? License { get; init; }
}

/// <summary>The license that a vendor recommends.</summary>
/// <param name="Name">The name of the license.</param>
/// <param name="Sku">The IDs of sufficient products.</param>
public sealed record MailAppRecipeLicense(string Name, string[] Sku);

/// <summary>Specifies how a product processes messages after it reads them.</summary>
/// <param name="Choice">The options of the form, the default first.</param>
/// <param name="Folder">The folder for moved messages; null if messages aren't moved.</param>
public sealed record MailAppRecipeAfterProcessing(AfterProcessing[] Choice, string? Folder)
{
    /// <summary>The name of a choice in the product's form. By default, the name of the value; empty for None.</summary>
    public IReadOnlyDictionary<AfterProcessing, string> Word { get; init; } = new Dictionary<AfterProcessing, string>();

    /// <summary>The values to enter in the product's form.</summary>
    /// <param name="choice">One of the choices.</param>
    public string WordOf(AfterProcessing choice) =>
        Word.TryGetValue(choice, out var word) ? word : choice == AfterProcessing.None ? "" : choice.ToString();
}

/// <summary>A field of a vendor's form.</summary>
/// <param name="Name">The name of the field.</param>
/// <param name="Value">The value, with placeholders such as "{clientId}".</param>
public sealed record MailAppRecipeField(string Name, string Value)
{
    /// <summary>The way of access that the field is for; null for all.</summary>
    public MailAppRecipeKind? Access { get; init; }

    /// <summary>A note about the field; null if there is none.</summary>
    public string? Note { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Value}";
}
