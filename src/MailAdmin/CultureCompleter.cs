using System.Collections;
using System.Globalization;

namespace MailAdmin;

/// <summary>Completes languages of mailboxes, such as de-DE; the name of a language in English finds them, too.</summary>
public sealed class CultureCompleter : NameCompleter
{
    private protected override bool ByHint => true;

    private protected override IEnumerable<(string Value, string Hint)> Names(IDictionary bound) =>
        CultureInfo.GetCultures(CultureTypes.SpecificCultures).Where(c => c.Name.Length > 0).Select(c => (c.Name, c.EnglishName));
}
