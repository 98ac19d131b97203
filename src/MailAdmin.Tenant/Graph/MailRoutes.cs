using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Graph;

/// <summary>The endpoints of mailboxes.</summary>
internal static class MailRoutes
{
    public static IReadOnlyList<Route> All { get; } =
    [
        new("GET", "users/{user}/mailFolders", Permissions.MailBasic, "user-list-mailfolders", FolderApi.List),
        new("POST", "users/{user}/mailFolders", Permissions.MailWrite, "user-post-mailfolders", FolderApi.Create),
        new("GET", "users/{user}/mailFolders/delta", Permissions.MailBasic, "mailfolder-delta", FolderApi.Delta),
        new("POST", "users/{user}/mailFolders/{folder}/move", Permissions.MailWrite, "mailfolder-move", FolderApi.Move),
        new("POST", "users/{user}/mailFolders/{folder}/copy", Permissions.MailWrite, "mailfolder-copy", FolderApi.Copy),
        new("GET", "users/{user}/mailFolders/{folder}", Permissions.MailBasic, "mailfolder-get", FolderApi.Get),
        new("PATCH", "users/{user}/mailFolders/{folder}", Permissions.MailWrite, "mailfolder-update", FolderApi.Update),
        new("DELETE", "users/{user}/mailFolders/{folder}", Permissions.MailWrite, "mailfolder-delete", FolderApi.Delete),
        new("GET", "users/{user}/mailFolders/{folder}/messageRules", Permissions.ReadSettings, "mailfolder-list-messagerules",
            RuleApi.List),
        new("GET", "users/{user}/mailFolders/{folder}/childFolders", Permissions.MailBasic, "mailfolder-list-childfolders",
            FolderApi.ListChildren),
        new("POST", "users/{user}/mailFolders/{folder}/childFolders", Permissions.MailWrite, "mailfolder-post-childfolders",
            FolderApi.CreateChild),

        new("GET", "users/{user}/messages", Permissions.MailBasic, "user-list-messages", MessageApi.List),
        new("GET", "users/{user}/messages/$count", Permissions.MailBasic, "user-list-messages", MessageApi.CountAll),
        new("GET", "users/{user}/mailFolders/{folder}/messages", Permissions.MailBasic, "mailfolder-list-messages",
            MessageApi.ListFolder),
        new("GET", "users/{user}/mailFolders/{folder}/messages/$count", Permissions.MailBasic, "mailfolder-list-messages",
            MessageApi.Count),
        new("POST", "users/{user}/messages", Permissions.MailWrite, "user-post-messages", DraftApi.Create),
        new("POST", "users/{user}/mailFolders/{folder}/messages", Permissions.MailWrite, "mailfolder-post-messages",
            DraftApi.CreateIn),
        new("POST", "users/{user}/sendMail", Permissions.MailSend, "user-sendmail", DraftApi.SendMail),
        new("GET", "users/{user}/mailFolders/{folder}/messages/delta", Permissions.MailBasic, "message-delta", DeltaApi.Get),
        .. OfMessage("GET", "", Permissions.MailBasic, "message-get", MessageApi.Get),
        .. OfMessage("GET", "/$value", Permissions.MailContent, "message-get", MessageApi.GetMime),
        .. OfMessage("PATCH", "", Permissions.MailChange, "message-update", MessageApi.Update),
        .. OfMessage("DELETE", "", Permissions.MailWrite, "message-delete", MessageApi.Delete),
        .. OfMessage("POST", "/move", Permissions.MailWrite, "message-move", MessageApi.Move),
        .. OfMessage("POST", "/copy", Permissions.MailWrite, "message-copy", MessageApi.Copy),
        .. OfMessage("POST", "/permanentDelete", Permissions.MailWrite, "message-permanentdelete", MessageApi.PermanentDelete),
        .. OfMessage("POST", "/send", Permissions.MailSend, "message-send", DraftApi.Send),
        .. OfMessage("POST", "/forward", Permissions.MailSend, "message-forward", ReplyApi.Forward),
        .. OfMessage("POST", "/reply", Permissions.MailSend, "message-reply", ReplyApi.Reply),
        .. OfMessage("POST", "/replyAll", Permissions.MailSend, "message-replyall", ReplyApi.ReplyAll),
        .. OfMessage("POST", "/createForward", Permissions.MailWrite, "message-createforward", ReplyApi.CreateForward),
        .. OfMessage("POST", "/createReply", Permissions.MailWrite, "message-createreply", ReplyApi.CreateReply),
        .. OfMessage("POST", "/createReplyAll", Permissions.MailWrite, "message-createreplyall", ReplyApi.CreateReplyAll),
        .. OfMessage("GET", "/attachments", Permissions.MailContent, "message-list-attachments", AttachmentApi.List),
        .. OfMessage("POST", "/attachments", Permissions.MailWrite, "message-post-attachments", AttachmentApi.Add),
        .. OfMessage(
            "POST", "/attachments/createUploadSession", Permissions.MailWrite, "attachment-createuploadsession",
            UploadApi.Create),
        .. OfMessage("GET", "/attachments/{attachment}", Permissions.MailContent, "attachment-get", AttachmentApi.Get),
        .. OfMessage(
            "GET", "/attachments/{attachment}/$value", Permissions.MailContent, "attachment-get", AttachmentApi.GetContent),
        .. OfMessage("DELETE", "/attachments/{attachment}", Permissions.MailWrite, "attachment-delete", AttachmentApi.Delete),

        new("GET", "users/{user}/mailboxSettings", Permissions.ReadSettings, "user-get-mailboxsettings", SettingsApi.Get),
        new("GET", "users/{user}/mailboxSettings/{setting}", Permissions.ReadSettings, "user-get-mailboxsettings",
            SettingsApi.GetOne),
        new("PATCH", "users/{user}/mailboxSettings", Permissions.WriteSettings, "user-update-mailboxsettings",
            SettingsApi.Update),
    ];

    /// <summary>A message is reached through its mailbox and through its folder.</summary>
    private static Route[] OfMessage(
        string method, string suffix, string[] roles, string page, Func<GraphCall, TenantAnswer> handle) =>
    [
        new(method, "users/{user}/messages/{message}" + suffix, roles, page, handle),
        new(method, "users/{user}/mailFolders/{folder}/messages/{message}" + suffix, roles, page, handle),
    ];
}
