namespace MailAdmin.Core.Mail.Mime;

/// <summary>Specifies the defects of a message. The message can be read in spite of them.</summary>
[Flags]
internal enum MimeDefects
{
    /// <summary>Nothing that the reader noticed.</summary>
    None = 0,
    /// <summary>The message has no header field.</summary>
    NoHeaders = 1,
    /// <summary>A line of a header section is no field: skipped, or taken for the continuation it must have been.</summary>
    BadHeaderLine = 1 << 1,
    /// <summary>A header section runs into the body without an empty line.</summary>
    NoEmptyLine = 1 << 2,
    /// <summary>A multipart has no boundary parameter, or the parameter can't be one.</summary>
    NoBoundary = 1 << 3,
    /// <summary>A multipart has no closing boundary: the message might be truncated.</summary>
    NoClosingBoundary = 1 << 4,
    /// <summary>Parts are nested deeper than <see cref="MimeLimits.MaxDepth"/>.</summary>
    TooDeep = 1 << 16,
    /// <summary>There are more parts than <see cref="MimeLimits.MaxParts"/>.</summary>
    TooManyParts = 1 << 17,
    /// <summary>
    /// The header sections are longer than <see cref="MimeLimits.MaxHeaderBytes"/> or <see cref="MimeLimits.MaxHeaderFields"/>.
    /// </summary>
    HeaderTooLong = 1 << 18,
    /// <summary>A field that was read has more parameters than <see cref="MimeLimits.MaxParameters"/>.</summary>
    TooManyParameters = 1 << 19,
    /// <summary>A body that was read as text is longer than <see cref="MimeLimits.MaxTextBytes"/>.</summary>
    TextTooLong = 1 << 20,
}
