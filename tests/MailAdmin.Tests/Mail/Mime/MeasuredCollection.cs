namespace MailAdmin.Tests.Mail.Mime;

/// <summary>Tests that measure what the whole process does; nothing runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public class MeasuredCollection
{
    public const string Name = "Measured";
}
