namespace MailAdmin.Core.Mail.Mime;

/// <summary>How a part is signed or encrypted. None of it is verified or decrypted.</summary>
internal enum MimeProtection
{
    /// <summary>It is not.</summary>
    None,
    /// <summary>S/MIME signature: RFC 8551 sections 3.5.2 and 3.5.3.</summary>
    SmimeSigned,
    /// <summary>S/MIME encryption: RFC 8551 sections 3.3 and 3.4.</summary>
    SmimeEncrypted,
    /// <summary>S/MIME of another kind: compressed, certificates only, or it does not say.</summary>
    SmimeOther,
    /// <summary>OpenPGP signature: RFC 3156 section 5.</summary>
    PgpSigned,
    /// <summary>OpenPGP encryption: RFC 3156 section 4.</summary>
    PgpEncrypted,
    /// <summary>A multipart/signed or multipart/encrypted (RFC 1847) of an unknown protocol.</summary>
    Unknown,
}

internal static class MimeProtections
{
    public static MimeProtection Of(ContentType type)
    {
        var protocol = type.Parameters["protocol"]?.Trim().ToLowerInvariant();
        return (type.MediaType, protocol) switch
        {
            ("multipart/signed", "application/pkcs7-signature" or "application/x-pkcs7-signature") => MimeProtection.SmimeSigned,
            ("multipart/signed", "application/pgp-signature") => MimeProtection.PgpSigned,
            ("multipart/encrypted", "application/pgp-encrypted") => MimeProtection.PgpEncrypted,
            ("multipart/signed" or "multipart/encrypted", _) => MimeProtection.Unknown,
            ("application/pkcs7-mime" or "application/x-pkcs7-mime", _) => OfOpaque(type),
            _ => MimeProtection.None,
        };
    }

    private static MimeProtection OfOpaque(ContentType type) => type.Parameters["smime-type"]?.Trim().ToLowerInvariant() switch
    {
        "signed-data" => MimeProtection.SmimeSigned,
        "enveloped-data" or "authenveloped-data" => MimeProtection.SmimeEncrypted,
        _ => MimeProtection.SmimeOther,
    };
}
