namespace MailAdmin.Tests.Judges;

/// <summary>
/// A client that nobody here wrote, as a judge of the sandbox: it does what it does with Microsoft 365, and what it did is looked
/// for in the tenant.
/// </summary>
/// <param name="tenant">The tenant, as its admin sees it.</param>
internal abstract class Judge(JudgedTenant tenant)
{
    /// <summary>The longest that a client may take for all of its work; alone on a machine it needs seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly List<string> _operations = [];

    public abstract string Client { get; }

    public abstract string Version { get; }

    /// <summary>What this machine lacks for it; null when it can be asked.</summary>
    public virtual string? Missing => null;

    /// <summary>What it did, in order.</summary>
    public IReadOnlyList<string> Operations => _operations;

    /// <summary>Why it gave up; null when all is as it is with the service.</summary>
    public Exception? Verdict { get; private set; }

    protected JudgedTenant Tenant => tenant;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async Task AskAsync()
    {
        try
        {
            await JudgeAsync().WaitAsync(Patience, Cancel);
        }
        catch (Exception e)
        {
            Verdict = new InvalidOperationException(
                $"{Client}: '{_operations.LastOrDefault()}' is not as the service has it.", e);
        }
    }

    protected abstract Task JudgeAsync();

    /// <summary>Begins an operation of the client; the same one is named once.</summary>
    protected void On(string operation)
    {
        _operations.Remove(operation);
        _operations.Add(operation);
    }

    protected static string Folder(params string[] below) => Path.Combine([ArchitectureTests.FindRoot(), "tests", .. below]);

    /// <summary>The version of an assembly, without what its build adds.</summary>
    protected static string VersionOf(Type type) =>
        System.Reflection.CustomAttributeExtensions.GetCustomAttribute<System.Reflection.AssemblyInformationalVersionAttribute>(
            type.Assembly)!.InformationalVersion.Split('+')[0];
}

/// <summary>A client from npm, in the version of tests/npm/package.json.</summary>
internal abstract class NodeJudge(JudgedTenant tenant, string package, string script) : Judge(tenant)
{
    public override string Client => package;

    public override string Version => System.Text.Json.Nodes.JsonNode.Parse(
        File.ReadAllText(Folder("npm", "package.json")))!["dependencies"]![package]!.ToString();

    public override string? Missing => Programs.Find("node") is null ? "node is not on PATH."
        : Directory.Exists(Folder("npm", "node_modules", package)) ? null : $"{package} is not installed: npm ci, in tests/npm.";

    protected JudgeProgram Start() => new(Tenant.Server, "node", Path.Combine("npm", script));
}
