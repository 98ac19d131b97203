namespace MailAdmin;

/// <summary>What a product needs to work with mail in Microsoft 365, as a recipe file says it.</summary>
public sealed record MailAppRecipe
{
    /// <summary>Its name, which is the file's name too.</summary>
    public required string Name { get; init; }

    /// <summary>What the product does with mail, in a sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>The vendor's page that the recipe follows.</summary>
    public required Uri Page { get; init; }

    /// <summary>The file that it was read from.</summary>
    public required string Path { get; init; }

    /// <summary>By which protocol the product reads mail.</summary>
    public MailProtocol Protocol { get; init; }

    /// <summary>Who may sign in.</summary>
    public SignInAudience SignInAudience { get; init; }

    /// <summary>The ways in which the product can be let in; the first one is what is done when nobody says otherwise.</summary>
    public required MailAppRecipeAccess[] Access { get; init; }

    /// <summary>
    /// The vendor's own app, for a product that brings one; null for one that is registered in the customer's tenant.
    /// </summary>
    public MailAppRecipeVendorApp? VendorApp { get; init; }

    /// <summary>Where sign-ins lead back to; null when there is no such place.</summary>
    public MailAppRecipeRedirect? Redirect { get; init; }

    /// <summary>What the app signs in with; null when that is the vendor's.</summary>
    public MailAppRecipeCredential? Credential { get; init; }

    /// <summary>What the mailbox has to be like.</summary>
    public MailAppRecipeMailbox Mailbox { get; init; } = new();

    /// <summary>Whether the app is confined to its mailboxes.</summary>
    public bool Restricted { get; init; }

    /// <summary>What the product does with a message that it has read.</summary>
    public MailAppRecipeAfterProcessing? AfterProcessing { get; init; }

    /// <summary>The vendor's own form, its fields in their order.</summary>
    public MailAppRecipeField[] Form { get; init; } = [];

    /// <summary>What nobody but a person can do, a sentence each.</summary>
    public string[] ManualStep { get; init; } = [];

    /// <summary>What to press in the product to prove that a person can sign in, in a sentence; null for nothing.</summary>
    public string? TestButton { get; init; }

    /// <summary>What goes wrong, a sentence each.</summary>
    public string[] Warning { get; init; } = [];

    /// <summary>Whether the permissions below are those of the vendor's page, instead of the least that works.</summary>
    public bool UseVendorPermissions { get; init; }

    /// <summary>The permissions of the first way of access that are asked for.</summary>
    public MailAppRecipePermission[] Permission => [.. Access[0].Permission.Where(p => p.IsWanted(UseVendorPermissions))];

    /// <summary>Those that are left out, each with its reason.</summary>
    public MailAppRecipePermission[] OmittedPermission => [.. Access[0].Permission.Where(p => !p.IsWanted(UseVendorPermissions))];

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>One way in which a product can be let in.</summary>
public sealed record MailAppRecipeAccess
{
    /// <summary>As whom it comes.</summary>
    public required MailAppRecipeKind Kind { get; init; }

    /// <summary>The permissions, the least and those of the vendor's page together.</summary>
    public required MailAppRecipePermission[] Permission { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Kind.ToString();
}

/// <summary>As whom a product comes.</summary>
public enum MailAppRecipeKind
{
    /// <summary>As itself, with a credential of its own (client credentials).</summary>
    AppOnly,
    /// <summary>As a person who signed in to it (authorization code).</summary>
    Delegated,
    /// <summary>As a person who signed in to the vendor's own app, which serves all customers.</summary>
    VendorApp,
}

/// <summary>A permission of a recipe, and who thinks that it is needed.</summary>
/// <param name="Permission">Which.</param>
/// <param name="Need">Who thinks that it is needed.</param>
public sealed record MailAppRecipePermission(MailAppPermission Permission, MailAppRecipeNeed Need)
{
    /// <summary>Application or delegated.</summary>
    public PermissionKind Kind => Permission.Kind;

    /// <summary>For which mailboxes it is needed.</summary>
    public MailAppRecipeMailboxKind Mailbox { get; init; }

    /// <summary>Why the least and the vendor's page differ in it; null where they do not.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether it is asked for.</summary>
    /// <param name="useVendorPermissions">As the vendor's page says, instead of the least.</param>
    /// <returns>True when it is.</returns>
    public bool IsWanted(bool useVendorPermissions) =>
        Need == MailAppRecipeNeed.Both
        || Need == (useVendorPermissions ? MailAppRecipeNeed.VendorPageOnly : MailAppRecipeNeed.Required);

    /// <inheritdoc/>
    public override string ToString() => Permission.ToString();
}

/// <summary>Who thinks that a permission is needed.</summary>
public enum MailAppRecipeNeed
{
    /// <summary>The vendor's page asks for it, and it is needed.</summary>
    Both,
    /// <summary>It is needed, and the vendor's page does not ask for it.</summary>
    Required,
    /// <summary>The vendor's page asks for it, and it works without.</summary>
    VendorPageOnly,
}

/// <summary>For which mailboxes a permission is needed.</summary>
public enum MailAppRecipeMailboxKind
{
    /// <summary>For all.</summary>
    Any,
    /// <summary>For the mailbox of the person who signs in.</summary>
    Own,
    /// <summary>For a shared mailbox, or another person's.</summary>
    Shared,
}

/// <summary>
/// The app that a vendor registered for all customers: here it gets a service principal, and never a registration.
/// </summary>
/// <param name="ClientId">Its client id.</param>
/// <param name="DisplayName">What the vendor calls it.</param>
public sealed record MailAppRecipeVendorApp(string ClientId, string DisplayName)
{
    /// <summary>What the product also offers and the service does not take any more, in a sentence; null for nothing.</summary>
    public string? Retired { get; init; }
}

/// <summary>Where sign-ins lead back to.</summary>
/// <param name="Uri">The URI, with "{customer}" in the place of the customer's name.</param>
/// <param name="Platform">What kind of program is there.</param>
public sealed record MailAppRecipeRedirect(string Uri, RedirectPlatform Platform);

/// <summary>What an app signs in with.</summary>
/// <param name="Kind">Secret or certificate.</param>
/// <param name="Lifetime">Months that it lasts.</param>
/// <param name="Reminder">Days before its end from which on it counts as ending soon.</param>
public sealed record MailAppRecipeCredential(CredentialKind Kind, int Lifetime, int Reminder);

/// <summary>What a product needs of its mailbox.</summary>
public sealed record MailAppRecipeMailbox
{
    /// <summary>Whether the app needs FullAccess to it in Exchange.</summary>
    public bool FullAccess { get; init; }

    /// <summary>Whether IMAP has to be on.</summary>
    public bool ImapEnabled { get; init; }

    /// <summary>Whether it has to have a time zone.</summary>
    public bool TimeZone { get; init; }

    /// <summary>Whether nobody and nothing else should use it.</summary>
    public bool Dedicated { get; init; }

    /// <summary>What is said of the license; null for nothing.</summary>
    public MailAppRecipeLicense? License { get; init; }
}

/// <summary>The license that a vendor recommends.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Sku">The ids of the products that are good enough.</param>
public sealed record MailAppRecipeLicense(string Name, string[] Sku);

/// <summary>What a product does with a message that it has read.</summary>
/// <param name="Choice">What its form offers; the first one is the recipe's.</param>
/// <param name="Folder">The folder for messages that are moved; null when none are.</param>
public sealed record MailAppRecipeAfterProcessing(AfterProcessing[] Choice, string? Folder);

/// <summary>A field of a vendor's form.</summary>
/// <param name="Name">What the form calls it.</param>
/// <param name="Value">What goes into it, with placeholders such as "{clientId}".</param>
public sealed record MailAppRecipeField(string Name, string Value)
{
    /// <summary>The one way of access for which the form has it; null for all.</summary>
    public MailAppRecipeKind? Access { get; init; }

    /// <summary>What is to be known about it; null for nothing.</summary>
    public string? Note { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Value}";
}
