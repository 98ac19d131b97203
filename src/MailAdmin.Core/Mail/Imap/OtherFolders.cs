namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Identifies the folders that contain no mail. Over IMAP, Exchange lists Calendar, Contacts, Journal, Notes, and Tasks like any
/// other folder, in the mailbox's language and without an attribute (https://github.com/kellylford/QuickMail/issues/613,
/// https://github.com/jstedfast/MailKit/issues/346). Graph doesn't have them among mail folders. They are the folders that
/// Exchange itself names, all in one language, at the top of the mailbox. A folder with a name in another language was created by
/// a user, and contains mail.
/// </summary>
internal static class OtherFolders
{
    // In the order of MailFolders.Others, as Outlook names them.
    private static readonly string[][] Languages =
    [
        ["Calendar", "Contacts", "Journal", "Notes", "Tasks"],
        ["Kalender", "Kontakte", "Journal", "Notizen", "Aufgaben"],
        ["Calendario", "Contactos", "Diario", "Notas", "Tareas"],
        ["Calendrier", "Contacts", "Journal", "Notes", "T\u00e2ches"],
        ["Calendario", "Contatti", "Diario", "Note", "Attivit\u00e0"],
        ["Agenda", "Contactpersonen", "Logboek", "Notities", "Taken"],
        ["\u4e88\u5b9a\u8868", "\u9023\u7d61\u5148", "\u5c65\u6b74", "\u30e1\u30e2", "\u30bf\u30b9\u30af"],
        ["Calend\u00e1rio", "Contatos", "Di\u00e1rio", "Anota\u00e7\u00f5es", "Tarefas"],
        ["Calend\u00e1rio", "Contactos", "Di\u00e1rio", "Notas", "Tarefas"],
        ["Kalender", "Kontakter", "Journal", "Anteckningar", "Uppgifter"],
        ["Kalender", "Kontakter", "Journal", "Noter", "Opgaver"],
        ["Kalender", "Kontakter", "Journal", "Notater", "Oppgaver"],
        ["Kalenteri", "Yhteystiedot", "P\u00e4iv\u00e4kirja", "Muistilaput", "Teht\u00e4v\u00e4t"],
        ["Kalendarz", "Kontakty", "Dziennik", "Notatki", "Zadania"],
        ["Kalend\u00e1\u0159", "Kontakty", "Den\u00edk", "Pozn\u00e1mky", "\u00dakoly"],
        ["Takvim", "Ki\u015filer", "G\u00fcnl\u00fck", "Notlar", "G\u00f6revler"],
        ["\u65e5\u5386", "\u8054\u7cfb\u4eba", "\u65e5\u8bb0", "\u4fbf\u7b3a", "\u4efb\u52a1"],
    ];

    /// <summary>Gives those folders their well-known names.</summary>
    /// <param name="folders">All that were listed.</param>
    public static IReadOnlyList<ListedFolder> Assign(IReadOnlyList<ListedFolder> folders)
    {
        var top = folders.Where(static folder => folder.WellKnownName is null)
            .ToLookup(static folder => folder.Path, StringComparer.OrdinalIgnoreCase);
        var names = Languages.MaxBy(language => language.Count(top.Contains))!;
        return
        [
            .. folders.Select(folder => folder.WellKnownName is null
                && Array.FindIndex(names, name => name.Equals(folder.Path, StringComparison.OrdinalIgnoreCase)) is >= 0 and var at
                    ? folder with { WellKnownName = MailFolders.Others[at] } : folder),
        ];
    }
}
