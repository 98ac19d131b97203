namespace MailAdmin;

/// <summary>When TLS begins. Connections without TLS aren't supported.</summary>
public enum ImapSecurity
{
    /// <summary>With the first byte, as on port 993 (RFC 8314 section 3.2).</summary>
    Tls,

    /// <summary>After the STARTTLS command, as on port 143 (RFC 9051 section 6.2.1), before a credential is sent.</summary>
    StartTls,
}
