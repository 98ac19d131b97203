namespace MailAdmin;

/// <summary>
/// A step in setting up an app for a product: what it does, who may do it, and what became of it.
/// </summary>
public sealed record MailAppStep
{
    /// <summary>Its place in the plan, from 1.</summary>
    public int Number { get; init; }

    /// <summary>What it is called: Register, Credential, Consent, Restrict, Test ...</summary>
    public required string Step { get; init; }

    /// <summary>What it is about: an app, a mailbox.</summary>
    public required string Target { get; init; }

    /// <summary>What it does, as -WhatIf says it.</summary>
    public required string Action { get; init; }

    /// <summary>The role of whoever may do it; null when anybody may who has the app's credential.</summary>
    public string? Needs { get; init; }

    /// <summary>What became of it.</summary>
    public MailAppStepStatus Status { get; init; }

    /// <summary>What was done or seen, or why it was not, in a sentence.</summary>
    public string Detail { get; init; } = "";

    /// <summary>From when on another run finishes it, in UTC; null when that does not depend on time.</summary>
    public DateTimeOffset? RunAgainAfter { get; init; }

    /// <summary>What to do; null for nothing.</summary>
    public string? Advice { get; init; }

    /// <summary>Of a test, each thing that was looked at.</summary>
    public MailCheck[] Checks { get; init; } = [];

    /// <summary>The app as it is after the step; null while there is none.</summary>
    public MailAppRegistration? App { get; init; }

    /// <summary>Of the last step, what goes into the vendor's form.</summary>
    public MailAppProductSetting[] ProductSettings { get; init; } = [];

    /// <summary>Whether the step made the secret that <see cref="App"/> carries, which the service never tells again.</summary>
    internal bool MadeSecret { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Step} {Target}: {Status}";
}

/// <summary>What became of a step.</summary>
public enum MailAppStepStatus
{
    /// <summary>It was done now.</summary>
    Done,
    /// <summary>It was so already.</summary>
    Unchanged,
    /// <summary>It waits: for time, for another role, or for another step.</summary>
    Pending,
    /// <summary>It can't be done as things are.</summary>
    Failed,
    /// <summary>It could not be looked at, and the rest does not depend on it; or the step that makes the app failed.</summary>
    Skipped,
    /// <summary>It stands in a plan that was not applied.</summary>
    Planned,
}
