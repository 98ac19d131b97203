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

    /// <summary>The files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByPath, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The files, exactly as they are called; what Get-ChildItem emits binds to it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByLiteralPath, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Also save the attachments of each message, in a folder beside its file.</summary>
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

    private IEnumerable<string> FilesOf(string path)
    {
        if (ParameterSetName == ByLiteralPath)
        {
            return [GetUnresolvedProviderPathFromPSPath(path)];
        }

        try
        {
            return GetResolvedProviderPathFromPSPath(path, out _);
        }
        catch (ItemNotFoundException e)
        {
            WriteFailure(
                new InvalidRequestException("MessageFileNotReadable", $"'{path}' can't be read: {e.Message}", e)
                {
                    Target = path,
                    Advice = "Specify existing files that you have permission to read.",
                },
                path);
            return [];
        }
    }
}
