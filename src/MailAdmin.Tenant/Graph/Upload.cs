using System.Security.Cryptography;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Graph;

/// <summary>An upload that is under way: https://learn.microsoft.com/graph/api/resources/uploadsession.</summary>
internal sealed class Upload(Item item, string appId, string name, long size, DateTimeOffset expiresAt) : IDisposable
{
    private readonly FileStream _file = Blob.NewFile();
    private readonly string _sessionId = AttachmentApi.NewId();

    public Item Item => item;

    /// <summary>The app that started it.</summary>
    public string AppId => appId;

    public long Size => size;

    public DateTimeOffset ExpiresAt => expiresAt;

    public required string ContentType { get; init; }

    public string? ContentId { get; init; }

    public bool IsInline { get; init; }

    /// <summary>The secret in its URL, which authorizes the upload without an Authorization header.</summary>
    public string Token { get; } = SandboxMark.Text + Base64Url.Encode(RandomNumberGenerator.GetBytes(48));

    /// <summary>The first byte that is still missing.</summary>
    public long Next => _file.Length;

    public string Path(string tenantId) =>
        $"/api/v2.0/Users('{item.Mailbox.UserId}@{tenantId}')/Messages('{item.Id}')/AttachmentSessions('{_sessionId}')";

    public void Append(ReadOnlySpan<byte> bytes) => RandomAccess.Write(_file.SafeFileHandle, bytes, _file.Length);

    /// <summary>Returns the attachment after every byte was received. The attachment then owns the file.</summary>
    public MessageAttachment Finish(DateTimeOffset now)
    {
        _file.Flush();
        return new MessageAttachment
        {
            Id = AttachmentApi.NewId(),
            Kind = AttachmentKind.File,
            Name = name,
            ContentType = ContentType,
            ContentId = ContentId,
            IsInline = IsInline,
            ModifiedAt = now,
            Content = Blob.Of(_file),
        };
    }

    public void Dispose() => _file.Dispose();
}
