namespace MailAdmin.Core.Receive;

/// <summary>
/// The steps that change something that outlives the process, on disk or on the server. Being interrupted before or after any of
/// them loses nothing.
/// </summary>
internal enum ReceiveStep
{
    /// <summary>A temporary file is made.</summary>
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
