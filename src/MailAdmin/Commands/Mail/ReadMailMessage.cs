using System.Management.Automation;
using MailAdmin.Core.Receive;

namespace MailAdmin.Commands.Mail;

/// <summary>Reads messages from .eml files.</summary>
[Cmdlet(VerbsCommunications.Read, "MailMessage", DefaultParameterSetName = ByPath)]
[OutputType(typeof(ReceivedMessage))]
public sealed class ReadMailMessage : AsyncCmdlet
{
    private const string ByPath = "Path";

    private const string ByLiteralPath = "LiteralPath";

    /// <summary>Specifies the files.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByPath, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Specifies the files by their exact paths.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByLiteralPath, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Saves the attachments of each message in a folder beside its file.</summary>
    [Parameter]
    public SwitchParameter SaveAttachment { get; set; }

    private protected override bool ShowsProgress => false;

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        foreach (var path in ParameterSetName == ByPath ? Path : LiteralPath)
        {
            foreach (var file in FilesOf(path))
            {
                try
                {
                    WriteObject(await SavedMessage.ReadAsync(file, SaveAttachment, StopToken));
                }
                catch (Exception e) when (Errors.IsOurs(e))
                {
                    WriteFailure(e, file);
                }
            }
        }
    }

    private IReadOnlyList<string> FilesOf(string path)
    {
        if (ParameterSetName == ByLiteralPath)
        {
            return [FullPath(path)];
        }

        try
        {
            return MessageFiles.Find(this, path);
        }
        catch (InvalidRequestException e)
        {
            WriteFailure(e, path);
            return [];
        }
    }
}
