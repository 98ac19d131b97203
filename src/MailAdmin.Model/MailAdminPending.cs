namespace MailAdmin;

/// <summary>Something that is still to come, or to be done by somebody.</summary>
/// <param name="Sentence">What it is, in a sentence.</param>
public sealed record MailAdminPending(string Sentence)
{
    /// <summary>The role of those who may do it; null when nobody has to.</summary>
    public string? Needs { get; init; }

    /// <summary>The one of several that it is about, such as a mailbox; null when it is about the whole.</summary>
    public string? About { get; init; }

    /// <summary>What waits for somebody with a role.</summary>
    /// <param name="role">The role.</param>
    /// <param name="purpose">What it is needed for, such as "for New-ServicePrincipal.".</param>
    /// <returns>The sentence, with the role as data.</returns>
    internal static MailAdminPending ForRole(string role, string purpose) => new($"Needs {role} {purpose}") { Needs = role };

    /// <summary>The sentence, with what it is about.</summary>
    internal string Plain => About is null ? Sentence : $"{About}: {Sentence}";

    /// <summary>A sentence that needs nobody.</summary>
    /// <param name="sentence">The sentence.</param>
    public static implicit operator MailAdminPending(string sentence) => new(sentence);

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = Needs is null ? Sentence : $"Pending: {char.ToLowerInvariant(Sentence[0])}{Sentence[1..]}";
        return About is null ? text : $"{About}: {text}";
    }
}
