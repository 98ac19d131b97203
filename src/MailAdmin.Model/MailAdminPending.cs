namespace MailAdmin;

/// <summary>Represents pending work: a change that takes effect later, or an action for an administrator.</summary>
/// <param name="Sentence">The work, in one sentence.</param>
public sealed record MailAdminPending(string Sentence)
{
    /// <summary>The required role; null if no administrator is required.</summary>
    public string? Needs { get; init; }

    /// <summary>The object that it is about, such as one of several mailboxes; null if it is about all.</summary>
    public string? About { get; init; }

    /// <summary>Creates an entry for work that requires a role.</summary>
    /// <param name="role">The role.</param>
    /// <param name="purpose">The operation that requires the role, such as "for New-ServicePrincipal.".</param>
    /// <returns>The sentence, with the role as data.</returns>
    internal static MailAdminPending ForRole(string role, string purpose) => new($"Needs {role} {purpose}") { Needs = role };

    /// <summary>The sentence, with its object.</summary>
    internal string Plain => About is null ? Sentence : $"{About}: {Sentence}";

    /// <summary>Creates an entry that requires no role.</summary>
    /// <param name="sentence">The sentence.</param>
    public static implicit operator MailAdminPending(string sentence) => new(sentence);

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = Needs is null ? Sentence : $"Pending: {char.ToLowerInvariant(Sentence[0])}{Sentence[1..]}";
        return About is null ? text : $"{About}: {text}";
    }
}
