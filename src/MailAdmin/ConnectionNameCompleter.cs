using System.Collections;
using MailAdmin.Core.Connections;

namespace MailAdmin;

/// <summary>
/// Completes the names of saved connections: those of -Path if it's specified, otherwise of the user's own file.
/// </summary>
public sealed class ConnectionNameCompleter : NameCompleter
{
    private protected override IEnumerable<(string Value, string Hint)> Names(IDictionary bound)
    {
        try
        {
            var path = bound["Path"] as string ?? ConnectionFile.DefaultPath;
            return [.. new ConnectionFile(Path.GetFullPath(path)).Read().Select(c => (c.Name, $"{c.Mailbox} over {c.Protocol}"))];
        }
        catch (InvalidRequestException)
        {
            // A command line is no place to complain about a file.
            return [];
        }
    }
}
