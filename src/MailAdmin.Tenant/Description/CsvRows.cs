using System.Text;
using System.Text.Json.Nodes;

namespace MailAdmin.Tenant.Description;

/// <summary>
/// Reads a table of mailboxes as spreadsheets save it: RFC 4180, or with semicolons if the comma is the decimal separator. The
/// first row has the keys.
/// </summary>
internal static class CsvRows
{
    /// <summary>The rows as tables of texts; empty lines are left out.</summary>
    public static JsonArray Read(string text)
    {
        text = text.TrimStart('\ufeff');
        var head = text.Split('\n', 2)[0];
        var separator = head.Count(c => c == ';') > head.Count(c => c == ',') ? ';' : ',';
        var rows = Rows(text, separator).Where(r => r.Exists(c => c.Trim().Length > 0)).ToArray();
        var array = new JsonArray();
        foreach (var row in rows.Skip(1))
        {
            var json = new JsonObject();
            for (var i = 0; i < Math.Min(row.Count, rows[0].Count); i++)
            {
                json[rows[0][i].Trim()] = row[i].Trim();
            }

            array.Add(json);
        }

        return array;
    }

    private static IEnumerable<List<string>> Rows(string text, char separator)
    {
        var (row, cell, isQuoted) = (new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (isQuoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"')
            {
                cell.Append('"');
                i++;
            }
            else if (c == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (!isQuoted && c == separator)
            {
                row.Add(cell.ToString());
                cell.Clear();
            }
            else if (!isQuoted && c is '\r' or '\n')
            {
                if (c == '\n')
                {
                    row.Add(cell.ToString());
                    yield return row;
                    row = [];
                    cell.Clear();
                }
            }
            else
            {
                cell.Append(c);
            }
        }

        row.Add(cell.ToString());
        yield return row;
    }
}
