using System.Management.Automation;
using MailAdmin.Core.Inventory;
using MailAdmin.Core.Report;

namespace MailAdmin.Commands.Report;

/// <summary>Exports a report of the apps that can access mail in the tenant as an HTML page and as JSON.</summary>
[Cmdlet(VerbsData.Export, "MailAdminReport", SupportsShouldProcess = true)]
[OutputType(typeof(MailAdminReport))]
[LeastPrivilege(
    Permission = "Directory.Read.All, Exchange/Exchange.ManageAsApp", EntraRole = "Global Reader",
    ExchangeRole = "View-Only Organization Management")]
public sealed class ExportMailAdminReport : TenantCmdlet
{
    private readonly List<MailAppAccess> _apps = [];
    private readonly List<MailAppAccessTest> _accessTests = [];
    private readonly List<MailboxConnectionTest> _connectionTests = [];
    private readonly List<MailAppTest> _recipeTests = [];

    /// <summary>Specifies the page: a file name that ends in .html, in an existing folder.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Specifies additional content: results of Test-MailAppAccess, Test-MailboxConnection, and Test-MailApp.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>Skips FullAccess and SendAs permissions on mailboxes.</summary>
    [Parameter]
    public SwitchParameter SkipMailboxRight { get; set; }

    /// <summary>Overwrites an existing page and its JSON file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private int _placed;

    /// <summary>The page can have several tenants.</summary>
    private protected override bool TakesManyContexts => true;

    /// <summary>The piped objects, which are assigned to their tenants at the end.</summary>
    private protected override Task ProcessInputAsync() => ProcessAsync();

    private int Piped => _apps.Count + _accessTests.Count + _connectionTests.Count + _recipeTests.Count;

    /// <summary>A file on this computer is no change in the tenant.</summary>
    private protected override bool IsChange => false;

    /// <inheritdoc/>
    protected override Task ProcessAsync()
    {
        switch (InputObject?.BaseObject)
        {
            case null:
                break;
            case MailAppAccess app:
                _apps.Add(app);
                break;
            case MailAppAccessTest test:
                _accessTests.Add(test);
                if (test.Probe is { } probe)
                {
                    _connectionTests.Add(probe);
                }

                break;
            case MailboxConnectionTest test:
                _connectionTests.Add(test);
                break;
            case MailAppTest test:
                _recipeTests.Add(test);
                break;
            case var other:
                throw new InvalidRequestException("NotForReport", $"Can't add '{other}' to a report.")
                {
                    Target = other.GetType().Name,
                    Advice = "Pipe objects of Test-MailAppAccess, Test-MailboxConnection, Test-MailApp, or "
                        + "Get-MailAppAccess to the cmdlet.",
                };
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task EndAsync()
    {
        var path = FullPath(Path);
        var isThere = ReportFile.Check(path, Force);
        if (!ShouldProcess(path, "Write the report"))
        {
            return;
        }

        var tenants = new List<ReportContent>();
        await EachContextAsync(async () => tenants.Add(await ReadAsync()));
        if (tenants.Count == 0)
        {
            return;
        }

        if (_placed < Piped)
        {
            throw new InvalidRequestException(
                "NotForReport", $"{Piped - _placed} of {Piped} objects are of a tenant that the report doesn't have.")
            {
                Advice = "Specify the contexts of all tenants with -Context.",
            };
        }

        ReportFile.Write(tenants, path);
        foreach (var unknown in tenants.SelectMany(t => t.Unknown).Distinct())
        {
            WriteWarning(unknown);
        }

        var apps = tenants.SelectMany(t => t.Apps).ToArray();
        WriteObject(new MailAdminReport
        {
            Path = path,
            JsonPath = ReportFile.JsonPathOf(path),
            TenantId = string.Join(", ", tenants.Select(t => t.TenantId)),
            Tenant = string.Join(", ", tenants.Select(t => t.Tenant)),
            AppCount = apps.Length,
            TenantWideCount = apps.Count(a => a.Finding.Any(f => f.Kind == MailAppFindingKind.TenantWide)),
            FindingCount = apps.Sum(a => a.Finding.Length),
            TestCount = _accessTests.Count + _connectionTests.Count + _recipeTests.Count,
            Unknown = [.. tenants.SelectMany(t => t.Unknown).Distinct()],
            Change = isThere ? ChangeKind.Updated : ChangeKind.Created,
        });
    }

    /// <summary>Returns the content of the page for the current tenant.</summary>
    private async Task<ReportContent> ReadAsync()
    {
        T[] Of<T>(List<T> piped) where T : MailAdminResult =>
            [.. piped.Where(r => r.TenantId.Length > 0 ? ContextInUse.Is(r.TenantId) : ContextsInUse.Count == 1)];
        var (apps, accessTests, connectionTests, recipeTests) =
            (Of(_apps), Of(_accessTests), Of(_connectionTests), Of(_recipeTests));
        _placed += apps.Length + accessTests.Length + connectionTests.Length + recipeTests.Length;
        var inventory = _apps.Count > 0 ? new InventoryReading(apps, null, [.. apps.SelectMany(a => a.Unknown).Distinct()])
            : await new MailAppInventory(Session).ReadAsync(null, !SkipMailboxRight, StopToken);
        foreach (var app in inventory.Apps)
        {
            Stamp(app);
        }

        return new ReportContent
        {
            TenantId = Session.TenantId,
            Tenant = ContextInUse.Tenant,
            Account = Session.Account,
            CreatedAt = Session.Wire.Time.GetUtcNow(),
            IsSandbox = Session.Wire.IsSandbox,
            Apps = inventory.Apps,
            Mailboxes = inventory.Mailboxes,
            Retirements = inventory.Tenant,
            AccessTests = accessTests,
            ConnectionTests = connectionTests,
            RecipeTests = recipeTests,
            Unknown = inventory.Unknown,
        };
    }
}
