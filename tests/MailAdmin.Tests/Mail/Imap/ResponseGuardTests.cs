using System.Text;
using MailAdmin.Core.Mail.Imap;

namespace MailAdmin.Tests.Mail.Imap;

/// <summary>
/// What is tried to hide nesting from the guard: MailKit would read each of these lists by recursion, thousands of levels deep,
/// and that ends the process.
/// </summary>
public sealed class ResponseGuardTests
{
    private const int Longest = 4 * 1024 * 1024;
    private static readonly string Deep = new string('(', 50_000) + "NIL" + new string(')', 50_000);

    public static TheoryData<string> Evasions =>
    [
        $"* 1 FETCH (UID 1 BODYSTRUCTURE {Deep})\r\n",
        // MailKit skips blanks before a word, and needs none behind the asterisk.
        $" * 1 FETCH (UID 1 BODYSTRUCTURE {Deep})\r\n",
        $"\r* 1 FETCH (UID 1 BODYSTRUCTURE {Deep})\r\n",
        $"*1 FETCH (UID 1 BODYSTRUCTURE {Deep})\r\n",
        $"*  1 FETCH (UID 1 BODYSTRUCTURE {Deep})\r\n",
        // Quotes that only look as if they ended, or as if they began.
        $"* 1 FETCH (UID 1 X \"a\"b\" BODYSTRUCTURE {Deep})\r\n",
        $"* 1 FETCH (UID 1 X \"a\\\\\" BODYSTRUCTURE {Deep})\r\n",
        $"*  OK x\"\r\n* 1 FETCH (UID 1 BODYSTRUCTURE {Deep})\r\n",
        $"* OK \"\r\n* 1 FETCH ({{200000}}\r\n\" x\r\n* 1 FETCH (UID 1 BODYSTRUCTURE {Deep})\r\n",
        $"* OK [X \"\r\n* 1 FETCH ({{200000}}\r\n\" ] x\r\n* 1 FETCH (UID 1 BODYSTRUCTURE {Deep})\r\n",
        $"* OK [PERMANENTFLAGS (a] \"\r\n* 1 FETCH ({{200000}}\r\n\")] x\r\n* 1 FETCH (UID 1 BODYSTRUCTURE {Deep})\r\n",
        // A bracket in a list ends the code, unless the list is one of flags; then the quotes are text, and the next line is data.
        $"A1 NO [X ((a] \"\r\n* 1 FETCH (UID 1 BODYSTRUCTURE {Deep}) \"\r\n",
        $"* OK [X PERMANENTFLAGS (a] \"\r\n* 1 FETCH (UID 1 BODYSTRUCTURE {Deep}) \"\r\n",
        $"* OK [PERMANENTFLAGSX (a] \"\r\n* 1 FETCH (UID 1 BODYSTRUCTURE {Deep}) \"\r\n",
        // Literals whose size can be read in two ways.
        $"* 1 FETCH (UID 1 X {{1}}{{200000}}\r\na BODYSTRUCTURE {Deep})\r\n",
        $"* 1 FETCH (UID 1 X {{7}}x\r\n* OK ab BODYSTRUCTURE {Deep})\r\n",
        $"* 1 FETCH (UID 1 X {{1}}\"\r\na BODYSTRUCTURE {Deep})\r\n",
        $"* 1 FETCH (UID 1 X {{{new string('0', 60)}7}}\r\n* OK ab BODYSTRUCTURE {Deep})\r\n",
        $"* OK {{9}}\r\n* OK abcd BODYSTRUCTURE {Deep}\r\n",
        // A line that ends within a list goes on in the next.
        $"* 1 FETCH (UID 1\r\nX OK BODYSTRUCTURE {Deep})\r\n",
        $"* 1 FETCH (UID 1\r\n+ x BODYSTRUCTURE {Deep})\r\n",
        $"* 1 FETCH (UID 1\r\n* OK x\"\r\n* 1 FETCH (UID 1 BODYSTRUCTURE {Deep})\r\n",
        // Below the limit in each line, and above it in all.
        $"* 1 FETCH (UID 1 BODYSTRUCTURE {string.Concat(Enumerable.Repeat(new string('(', 90) + "{1}\r\na", 500))}",
    ];

    [Theory]
    [MemberData(nameof(Evasions))]
    public void Fault_38_Nesting_is_found_wherever_it_hides(string response)
    {
        var octets = Encoding.Latin1.GetBytes(response);

        var good = Guard([]).Follow(octets, out var failure);

        Assert.IsType<InvalidDataException>(failure);
        Assert.InRange(MailKitReader.DeepestNesting(octets.AsSpan(0, good)), 0, ResponseGuard.DeepestNesting);
    }

    [Theory]
    [InlineData("* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2] ready (for \"you\"\r\n", true)]
    [InlineData("* OK [PERMANENTFLAGS (\\Seen \\* a])] \"ok\r\n", true)]
    [InlineData("A1 NO [BADCHARSET (\"UTF-8\" \"a]b\")] {5} it's (((\r\n", true)]
    [InlineData("+ (((\"\r\n", true)]
    [InlineData("* [COPYUID 1 2 3] \"\r\n", true)]
    [InlineData("* bye :-(\r\n", true)]
    [InlineData("* 1 FETCH (UID 1 BODY[HEADER.FIELDS (\"a\")] {3}\r\n(\"()\r\n", false)]
    [InlineData("* 1 FETCH (UID 1 BODY[] {3+}\r\nabc\r\n)\r\n", false)]
    [InlineData("* 1 FETCH (UID 1 ENVELOPE (NIL \"say \\\"hi\\\" :-(\" NIL \"a\"b\" NIL))\r\n", false)]
    [InlineData("* LIST () \"/\" {4}\r\na\r\nb\r\n", false)]
    public void What_servers_send_passes(string response, bool isStatus)
    {
        var lines = new List<(string, bool)>();

        Assert.Equal(response.Length, Guard(lines).Follow(Encoding.Latin1.GetBytes(response), out var failure));

        Assert.Null(failure);
        Assert.Equal(isStatus, Assert.Single(lines).Item2);
    }

    internal static ResponseGuard Guard(List<(string Line, bool IsStatus)> lines) => new(Longest)
    {
        Line = (line, isStatus) =>
        {
            lines.Add((Encoding.Latin1.GetString(line.Span), isStatus));
            return null;
        },
    };
}
