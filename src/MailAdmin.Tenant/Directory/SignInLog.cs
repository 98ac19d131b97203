using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Directory;

/// <summary>A sign-in, whether it succeeded: https://learn.microsoft.com/graph/api/resources/signin.</summary>
/// <param name="CorrelationId">The id that the error text of a refusal names too.</param>
internal sealed record SignIn(string CorrelationId)
{
    public string Id { get; } = Guid.NewGuid().ToString();

    public DateTimeOffset At { get; set; }

    /// <summary>The service principal of the app; null as long as it is unknown.</summary>
    public DirectoryObject? App { get; set; }

    /// <summary>The user who signed in; null for an app-only sign-in.</summary>
    public DirectoryObject? User { get; set; }

    /// <summary>The service principal that the token is for; null if it didn't get so far.</summary>
    public DirectoryObject? Resource { get; set; }

    /// <summary>Whether the person was there, or a refresh token stood in.</summary>
    public bool IsInteractive { get; set; }

    public bool IsDeviceCode { get; set; }

    /// <summary>The keyId of the secret or certificate of an app; null if there was none.</summary>
    public string? CredentialKeyId { get; set; }

    /// <summary>The number after AADSTS; 0 for success.</summary>
    public int ErrorCode { get; set; }

    public string? FailureReason { get; set; }
}

/// <summary>
/// The sign-ins of the last 30 days, which is how long the service keeps them with a premium license:
/// https://learn.microsoft.com/entra/identity/monitoring-health/reference-reports-data-retention.
/// </summary>
internal sealed class SignInLog(TenantClock clock)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private readonly Queue<SignIn> _all = [];

    /// <summary>The current sign-in, to which its participants add data. The caller holds the tenant's lock.</summary>
    public SignIn Current { get; private set; } = new("");

    /// <summary>All of them, the newest first.</summary>
    public IEnumerable<SignIn> All => _all.Where(s => s.At + Kept > clock.GetUtcNow()).Reverse();

    public void Begin(string correlationId) => Current = new SignIn(correlationId);

    /// <summary>Notes how it ended, if it got so far that an app is known.</summary>
    public void End(int errorCode, string? reason)
    {
        while (_all.TryPeek(out var oldest) && oldest.At + Kept <= clock.GetUtcNow())
        {
            _all.Dequeue();
        }

        if (Current.App is null)
        {
            return;
        }

        (Current.At, Current.ErrorCode, Current.FailureReason) = (clock.GetUtcNow(), errorCode, reason);
        _all.Enqueue(Current);
        Current = new SignIn(Current.CorrelationId);
    }
}
