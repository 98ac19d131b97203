namespace MailAdmin.Core.Mail.Imap;

/// <summary>Represents the properties of a server after sign-in.</summary>
/// <param name="Endpoint">host:port.</param>
/// <param name="Capabilities">Its capabilities, separated by spaces (RFC 9051 section 7.2.2).</param>
/// <param name="Name">Its name, if it supports ID (RFC 2971).</param>
/// <param name="Version">Its version, if it supports ID.</param>
internal sealed record ImapServerInfo(string Endpoint, string Capabilities, string? Name, string? Version);
