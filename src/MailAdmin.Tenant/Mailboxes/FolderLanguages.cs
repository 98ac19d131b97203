namespace MailAdmin.Tenant.Mailboxes;

/// <summary>
/// The names of the default folders by language, as Outlook on the web shows them and as users report them
/// (https://github.com/jstedfast/MailKit/issues/1282, imap-mcp-server#83, imapclient#517). Other languages have the English
/// names.
/// </summary>
internal static class FolderLanguages
{
    private static readonly string[] Folders =
    [
        "archive", "conversationhistory", "deleteditems", "drafts", "inbox", "junkemail", "outbox", "sentitems", "syncissues",
        "conflicts", "localfailures", "serverfailures", "calendar", "contacts", "journal", "notes", "tasks",
    ];

    private static readonly Dictionary<string, string[]> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["en"] =
        [
            "Archive", "Conversation History", "Deleted Items", "Drafts", "Inbox", "Junk Email", "Outbox", "Sent Items",
            "Sync Issues", "Conflicts", "Local Failures", "Server Failures",
            "Calendar", "Contacts", "Journal", "Notes", "Tasks",
        ],
        ["de"] =
        [
            "Archiv", "Aufgezeichnete Unterhaltungen", "Gelöschte Elemente", "Entwürfe", "Posteingang", "Junk-E-Mail",
            "Postausgang", "Gesendete Elemente", "Synchronisierungsprobleme", "Konflikte", "Lokale Fehler", "Serverfehler",
            "Kalender", "Kontakte", "Journal", "Notizen", "Aufgaben",
        ],
        ["es"] =
        [
            "Archivo", "Historial de conversaciones", "Elementos eliminados", "Borradores", "Bandeja de entrada",
            "Correo no deseado", "Bandeja de salida", "Elementos enviados", "Problemas de sincronización", "Conflictos",
            "Errores locales", "Errores del servidor",
            "Calendario", "Contactos", "Diario", "Notas", "Tareas",
        ],
        ["fr"] =
        [
            "Archive", "Historique des conversations", "Éléments supprimés", "Brouillons", "Boîte de réception",
            "Courrier indésirable", "Boîte d'envoi", "Éléments envoyés", "Problèmes de synchronisation", "Conflits",
            "Défaillances locales", "Défaillances du serveur",
            "Calendrier", "Contacts", "Journal", "Notes", "Tâches",
        ],
        ["it"] =
        [
            "Archivio", "Cronologia conversazioni", "Posta eliminata", "Bozze", "Posta in arrivo", "Posta indesiderata",
            "Posta in uscita", "Posta inviata", "Problemi di sincronizzazione", "Conflitti", "Errori locali", "Errori server",
            "Calendario", "Contatti", "Diario", "Note", "Attività",
        ],
        ["ja"] =
        [
            "アーカイブ", "会話の履歴", "削除済みアイテム", "下書き", "受信トレイ", "迷惑メール", "送信トレイ", "送信済みアイテム",
            "同期の失敗", "競合", "ローカルの失敗", "サーバーの失敗",
            "予定表", "連絡先", "履歴", "メモ", "タスク",
        ],
        ["nl"] =
        [
            "Archief", "Gespreksgeschiedenis", "Verwijderde items", "Concepten", "Postvak IN", "Ongewenste e-mail",
            "Postvak UIT", "Verzonden items", "Synchronisatieproblemen", "Conflicten", "Lokale fouten", "Serverfouten",
            "Agenda", "Contactpersonen", "Logboek", "Notities", "Taken",
        ],
    };

    /// <summary>The languages that are here, as an example of each.</summary>
    public static IReadOnlyList<string> All { get; } = ["en-US", "de-DE", "es-ES", "fr-FR", "it-IT", "ja-JP", "nl-NL"];

    /// <summary>The name of a default folder.</summary>
    /// <param name="wellKnownName">The name that means it in every language.</param>
    /// <param name="language">The language, such as "de-DE".</param>
    public static string NameOf(string wellKnownName, string language) =>
        Names.GetValueOrDefault(language.Split('-')[0], Names["en"])[Array.IndexOf(Folders, wellKnownName)];

    /// <summary>
    /// Names the folders of a mailbox in another language: Set-MailboxRegionalConfiguration -LocalizeDefaultFolderName.
    /// </summary>
    public static void Rename(Mailbox mailbox, string language)
    {
        foreach (var folder in mailbox.Folders.Where(f => Folders.Contains(f.WellKnownName)))
        {
            folder.DisplayName = NameOf(folder.WellKnownName!, language);
        }
    }
}
