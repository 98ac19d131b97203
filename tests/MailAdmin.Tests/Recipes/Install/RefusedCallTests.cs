using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Core.Base;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Recipes.Install;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Configuration;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Recipes.Install;

/// <summary>
/// Each HTTP call of a run is refused, loses its answer, or meets an object that isn't visible yet: no right is given after a need that failed, no
/// step is Done without its state, and the next run finishes.
/// </summary>
public sealed class RefusedCallTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, MailAppRecipeKind, CallFault> Runs
    {
        get
        {
            var runs = new TheoryData<string, MailAppRecipeKind, CallFault>();
            foreach (var (product, kind) in new[]
            {
                ("Jim2", MailAppRecipeKind.AppOnly), ("LogicalDOC", MailAppRecipeKind.AppOnly), ("SysAid", MailAppRecipeKind.AppOnly),
                ("Ultimo", MailAppRecipeKind.AppOnly), ("Ultimo", MailAppRecipeKind.Delegated), ("JEMHC", MailAppRecipeKind.VendorApp),
            })
            {
                foreach (var fault in Enum.GetValues<CallFault>())
                {
                    runs.Add(product, kind, fault);
                }
            }

            return runs;
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Each_call_fails_once_and_the_next_run_finishes(string product, MailAppRecipeKind kind, CallFault fault)
    {
        using var whole = await World.StartAsync(product, kind);
        whole.AssertFinished(await whole.InstallAsync());
        var calls = whole.Faults.Calls;
        whole.AssertState(await whole.InstallAsync());
        Assert.InRange(calls.Count, 20, 200);
        // Each call meets one of the faults in every run, and all of them by turns.
        var turns = Enum.GetValues<CallFault>().Length;
        foreach (var i in Sweep.For($"{product} {kind}", [.. Enumerable.Range(0, calls.Count)], turns, shift: (int)fault))
        {
            if (!FaultyCalls.Fits(fault, calls[i]))
            {
                continue;
            }

            using var world = await World.StartAsync(product, kind);
            world.Faults.Arm(i, fault);
            var steps = await world.InstallAsync();
            Assert.True(world.Faults.HasFailed, $"{i} {calls[i]} was not met again");
            world.AssertState(steps);
            world.AssertNothingAfterFailure(steps, $"{i} {calls[i]}");
            world.Faults.Arm(-1, fault);
            var finished = await world.InstallAsync();
            world.AssertFinished(finished, $"{i} {calls[i]}: {string.Join("; ", steps.Select(s => $"{s}: {s.Detail}"))}");
            world.AssertState(finished);
        }
    }

    /// <summary>A tenant on a clock of its own, in which a product is installed over a line that fails on demand.</summary>
    private sealed class World : IDisposable
    {
        private readonly EndToEnd _road;
        private readonly InstallRequest _request;

        private World(EndToEnd road, FaultyCalls faults, InstallRequest request) => (_road, Faults, _request) = (road, faults, request);

        public FaultyCalls Faults { get; }

        private string Mailbox => _request.Mailboxes[0];

        public static async Task<World> StartAsync(string product, MailAppRecipeKind kind)
        {
            FaultyCalls faults = null!;
            var road = await EndToEnd.StartAsync(
                new SandboxOptions { Clock = TenantClock.Manual(InstallEndToEnd.Start), Propagation = Propagation.None },
                wire => new Wire(faults = new FaultyCalls(wire.Http), wire.OpenStream, wire.Time) { IsSandbox = true, Propagation = wire.Propagation });
            return new World(road, faults, new InstallRequest
            {
                Recipe = RecipeFiles.Get(product), Kind = kind, Name = product, Mailboxes = [road.Tenant.Mailboxes[1].Address], TimeZone = "Europe/Berlin",
                Customer = "contoso",
            });
        }

        public async Task<MailAppStep[]> InstallAsync()
        {
            Faults.Start();
            // The pauses between two looks, and no time limit of a connection.
            return await ManualTime.RunAsync(_road.Tenant.Clock, RunAsync(), TimeSpan.FromSeconds(10));
        }

        /// <summary>Everything is there, and the product's form too.</summary>
        public void AssertFinished(MailAppStep[] steps, string? because = null) => Assert.True(
            steps.Length > 0 && steps.All(s => s.Status is MailAppStepStatus.Done or MailAppStepStatus.Unchanged) && steps[^1].ProductSettings.Length == 1,
            $"{because}{Environment.NewLine}{string.Join(Environment.NewLine, steps.Select(s => $"{s}: {s.Detail}"))}");

        /// <summary>What is Done is there.</summary>
        public void AssertState(MailAppStep[] steps)
        {
            foreach (var step in steps.Where(s => s.Status is MailAppStepStatus.Done or MailAppStepStatus.Unchanged))
            {
                Assert.True(IsThere(step), $"{step} is not so: {step.Detail}");
            }
        }

        public void AssertNothingAfterFailure(MailAppStep[] steps, string because)
        {
            var failed = steps.FirstOrDefault(s => s.Status == MailAppStepStatus.Failed);
            if (failed?.Step is not ("Register" or "ServicePrincipal" or "Credential"))
            {
                return;
            }

            Assert.True(Rights == 0, $"{because}: {Rights} rights after {failed}");
            Assert.All(steps.Where(s => s.Step is "Consent" or "Restrict" or "Access" or "Test" or "ProductSettings"), s => Assert.Equal(MailAppStepStatus.Skipped, s.Status));
        }

        public void Dispose() => _road.Dispose();

        private ExchangeConfiguration Exchange => _road.Tenant.State.Exchange.Current;

        private MailAdmin.Tenant.Directory.DirectoryObject? App => _road.Tenant.State.Directory.Applications.Find(a => a.DisplayName == _request.Name && a.DeletedAt is null);

        private MailAdmin.Tenant.Directory.DirectoryObject? Principal =>
            _road.Tenant.State.Directory.PrincipalOf(_request.Recipe.VendorApp?.ClientId ?? App?.AppId ?? "");

        private JsonObject[] Roles => [.. _road.Tenant.State.Directory.AppRoleAssignments.Select(g => g.Json).Where(g => (string?)g["principalId"] == Principal?.Id)];

        private JsonObject[] Consents => [.. _road.Tenant.State.Directory.PermissionGrants.Select(g => g.Json).Where(g => (string?)g["clientId"] == Principal?.Id)];

        private string? Sid => Exchange.Principals.FirstOrDefault(p => p.AppId == Principal?.AppId)?.Sid;

        private int Rights => Principal is null ? 0
            : Roles.Length + Consents.Length + Exchange.Permissions.Count(p => p.Sid == Sid) + Exchange.Assignments.Count(a => a.PrincipalId == Exchange.PrincipalOf(Principal.AppId)?.Id);

        private bool IsThere(MailAppStep step) => step.Step switch
        {
            "Register" => App?.Json["requiredResourceAccess"] is JsonArray asked && (asked.Count > 0 || _request.Granted.Count == 0) && Principal is not null,
            "ServicePrincipal" => Principal is not null,
            "Credential" => App?.Json["passwordCredentials"] is JsonArray { Count: 1 },
            "Consent" => _request.Granted.All(IsGranted),
            "Restrict" => Exchange.Scopes.Any(s => s.Name == $"MailAdmin {App!.AppId}")
                && _request.Scoped.All(p => Exchange.Assignments.Any(a => a.Role == RoleNames.For(p, _road.Admin.Cloud))),
            "Access" => Exchange.Permissions.Any(p => p.Sid == Sid && p.Right == RecipientPermission.FullAccess),
            "Mailbox" => (string?)MailAdmin.Tenant.Mailboxes.MailboxSettings.Of(_road.Tenant.State.Mailboxes.Find(Mailbox)!)["timeZone"] == "W. Europe Standard Time",
            "Folder" => _road.Tenant.State.Mailboxes.Find(Mailbox)!.Folders.Any(f => f.DisplayName == _request.Recipe.AfterProcessing!.Folder),
            "Assignment" => Principal!.Json["appRoleAssignmentRequired"]!.GetValue<bool>(),
            _ => true,
        };

        private bool IsGranted(MailAppPermission permission) => permission.Kind == PermissionKind.Application
            ? Roles.Length > 0
            : Consents.Any(c => ((string?)c["scope"] ?? "").Split(' ').Contains(permission.Name, StringComparer.OrdinalIgnoreCase));

        private async Task<MailAppStep[]> RunAsync()
        {
            using var installer = new AppInstaller(_road.Admin, _request);
            try
            {
                await installer.CheckAsync(Token);
            }
            catch (MailAdminException)
            {
                // Nothing was begun.
                return [];
            }

            var steps = new List<MailAppStep>();
            foreach (var planned in installer.Plan)
            {
                steps.Add(await installer.RunAsync(planned, Token));
            }

            return [.. steps];
        }
    }
}

/// <summary>What becomes of a call.</summary>
public enum CallFault
{
    /// <summary>The service says that the caller may not (403).</summary>
    Refused,
    /// <summary>The service did it, and its answer is lost.</summary>
    Lost,
    /// <summary>The service doesn't see the object yet (404).</summary>
    NotVisible,
}

/// <summary>Counts calls, and lets one of them fail.</summary>
internal sealed class FaultyCalls(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private readonly List<string> _calls = [];
    private int _at = -1;
    private CallFault _fault;

    /// <summary>Whether the call was met that had to fail.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>The calls of the last run.</summary>
    public IReadOnlyList<string> Calls => [.. _calls];

    public void Start() => _calls.Clear();

    public void Arm(int at, CallFault fault) => (_at, _fault, HasFailed) = (at, fault, false);

    /// <summary>A list doesn't hide an object behind a 404, and neither does a sign-in.</summary>
    public static bool Fits(CallFault fault, string call) => fault != CallFault.NotVisible
        || (!call.Contains("/token", StringComparison.Ordinal) && !call.Contains('?', StringComparison.Ordinal)
            && !call.Contains("EXOModuleFile", StringComparison.Ordinal) && !call.Contains("$batch", StringComparison.Ordinal));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var cmdlet = request.Headers.TryGetValues("X-CmdletName", out var names) ? $" {names.Single()}" : "";
        _calls.Add($"{request.Method} {request.RequestUri!.PathAndQuery}{cmdlet}");
        if (HasFailed || _calls.Count - 1 != _at)
        {
            return await base.SendAsync(request, cancellationToken);
        }

        HasFailed = true;
        if (_fault == CallFault.Lost)
        {
            using var lost = await base.SendAsync(request, cancellationToken);
            throw new HttpRequestException("The response ended prematurely.", new IOException("The response ended prematurely."));
        }

        return Answer(request, _fault == CallFault.Refused ? 403 : 404);
    }

    private static HttpResponseMessage Answer(HttpRequestMessage request, int status)
    {
        var host = request.RequestUri!.Host;
        var (code, body) = host.StartsWith("login.", StringComparison.Ordinal)
            ? (400, """{"error":"unauthorized_client","error_description":"AADSTS7000112: Application is disabled.","error_codes":[7000112]}""")
            : host.StartsWith("graph.", StringComparison.Ordinal)
            ? (status, status == 403
                ? """{"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges to complete the operation."}}"""
                : """{"error":{"code":"Request_ResourceNotFound","message":"Resource does not exist or one of its queried reference-property objects are not present."}}""")
            : (status, status == 403
                ? ""
                : """{"error":{"code":"NotFound","message":"x","details":[{"message":"Ex6F9304|Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException|The operation couldn't be performed because object couldn't be found."}]}}""");
        return new HttpResponseMessage((HttpStatusCode)code)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"), RequestMessage = request,
        };
    }
}
