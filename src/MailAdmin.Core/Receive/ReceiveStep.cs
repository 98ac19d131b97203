namespace MailAdmin.Core.Receive;

/// <summary>
/// Specifies the steps with a permanent effect, on disk or on the server. An interruption before or after any of them loses no
/// message.
/// </summary>
internal enum ReceiveStep
{
    /// <summary>A temporary file is created.</summary>
    CreateFile,
    /// <summary>Its octets are flushed to the disk.</summary>
    FlushFile,
    /// <summary>The file gets its final name.</summary>
    RenameFile,
    /// <summary>A temporary file is removed.</summary>
    RemoveFile,
    /// <summary>The final names are flushed to the disk.</summary>
    FlushFolder,
    /// <summary>Messages are copied or forwarded on the server.</summary>
    Copy,
    /// <summary>Messages are marked, moved or deleted on the server.</summary>
    Process,
    /// <summary>The processed messages are saved.</summary>
    AppendLedger,
    /// <summary>The position is saved.</summary>
    ReplaceState,
}
