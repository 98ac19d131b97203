namespace MailAdmin;

/// <summary>A step in the setup of an app for a product, with the required role and the result.</summary>
public sealed record MailAppStep : MailAdminResult
{
    /// <summary>The position in the plan, starting at 1.</summary>
    public int Number { get; init; }

    /// <summary>The name: Register, Credential, Consent, Restrict, Test, and others.</summary>
    public required string Step { get; init; }

    /// <summary>The object of the step: an app or a mailbox.</summary>
    public required string Target { get; init; }

    /// <summary>The action of the step, as -WhatIf shows it.</summary>
    public required string Action { get; init; }

    /// <summary>The required role; null if only the credential of the app is required.</summary>
    public string? Needs { get; init; }

    /// <summary>The result.</summary>
    public MailAppStepStatus Status { get; init; }

    /// <summary>The result or the reason for it, in one sentence.</summary>
    public string Detail { get; init; } = "";

    /// <summary>The time after which another run can complete the step, in UTC; null if it doesn't depend on time.</summary>
    public DateTimeOffset? RunAgainAfter { get; init; }

    /// <summary>The recommended action; null if there is none.</summary>
    public string? Advice { get; init; }

    /// <summary>The checks of a test.</summary>
    public MailCheck[] Checks { get; init; } = [];

    /// <summary>The app after the step; null if it doesn't exist yet.</summary>
    public MailAppRegistration? App { get; init; }

    /// <summary>The values for the vendor's form, in the last step.</summary>
    public MailAppProductSetting[] ProductSettings { get; init; } = [];

    /// <summary>Whether the step created the secret in <see cref="App"/>, which Entra never returns again.</summary>
    internal bool MadeSecret { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Step} {Target}: {Status}";
}

/// <summary>The result of a step.</summary>
public enum MailAppStepStatus
{
    /// <summary>Completed in this run.</summary>
    Done,
    /// <summary>Already completed.</summary>
    Unchanged,
    /// <summary>Waits for a time, a role, or another step.</summary>
    Pending,
    /// <summary>Can't be completed.</summary>
    Failed,
    /// <summary>Not checked, or a step that it depends on failed.</summary>
    Skipped,
    /// <summary>Part of a plan that wasn't applied.</summary>
    Planned,
}
