namespace MailAdmin.Tests.Tenant;

/// <summary>The pages about folders, messages, attachments and mailbox settings.</summary>
public static class MailExamples
{
    private const string Text = "text/plain";

    private static readonly (string, string)[] Mime = [("Content-Type", Text)];

    public static IEnumerable<DocumentedExample> All =>
    [
        new("user-list-mailfolders", "GET", "users/{mailbox}/mailFolders", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('bob%40contoso.onmicrosoft.com')/mailFolders",
              "value": [
                { "id": "*", "displayName": "Archive", "parentFolderId": "*", "childFolderCount": 0, "unreadItemCount": 0, "totalItemCount": 0, "isHidden": false },
                { "id": "*", "displayName": "Conversation History", "isHidden": false },
                { "id": "*", "displayName": "Deleted Items", "isHidden": false },
                { "id": "*", "displayName": "Drafts", "childFolderCount": 0, "unreadItemCount": 0, "totalItemCount": 1, "isHidden": false },
                { "id": "{inbox}", "displayName": "Inbox", "childFolderCount": 1, "unreadItemCount": 0, "totalItemCount": 1, "isHidden": false },
                { "id": "*", "displayName": "Junk Email", "isHidden": false },
                { "id": "*", "displayName": "Outbox", "isHidden": false },
                { "id": "*", "displayName": "Sent Items", "isHidden": false }
              ]
            }
            """),
        new("user-list-mailfolders", "GET", "users/{mailbox}/mailFolders/?includeHiddenFolders=true&$top=2", null, 200, """
            {
              "value": [ { "displayName": "Archive", "isHidden": false }, { "displayName": "Clutter", "isHidden": true } ],
              "@odata.nextLink": "https://graph.microsoft.com/v1.0/users/bob@contoso.onmicrosoft.com/mailFolders/?includeHiddenFolders=true&%24top=2&%24skip=2"
            }
            """),
        new("user-post-mailfolders", "POST", "users/{mailbox}/mailFolders", """{ "displayName": "Hidden", "isHidden": true }""", 201, """
            { "displayName": "Hidden", "parentFolderId": "*", "childFolderCount": 0, "unreadItemCount": 0, "totalItemCount": 0, "id": "*", "isHidden": true }
            """),
        new("mailfolder-get", "GET", "users/{mailbox}/mailFolders/inbox", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('bob%40contoso.onmicrosoft.com')/mailFolders/$entity",
              "id": "{inbox}", "displayName": "Inbox", "parentFolderId": "*", "childFolderCount": 1, "unreadItemCount": 0, "totalItemCount": 1, "isHidden": false
            }
            """),
        new("mailfolder-update", "PATCH", "users/{mailbox}/mailFolders/{folder}", """{ "displayName": "displayName-value" }""", 200, """{ "id": "{folder}", "displayName": "displayName-value", "parentFolderId": "{inbox}" }"""),
        new("mailfolder-delete", "DELETE", "users/{mailbox}/mailFolders/{folder}", null, 204, null),
        new("mailfolder-list-childfolders", "GET", "users/{mailbox}/mailFolders/inbox/childFolders", null, 200, """
            { "value": [{ "id": "{folder}", "displayName": "Internal Screens", "parentFolderId": "{inbox}", "childFolderCount": 0, "unreadItemCount": 0, "totalItemCount": 0, "isHidden": false }] }
            """),
        new("mailfolder-post-childfolders", "POST", "users/{mailbox}/mailFolders/{inbox}/childFolders", """{ "displayName": "displayName-value" }""", 201, """
            { "id": "*", "displayName": "displayName-value", "parentFolderId": "{inbox}", "childFolderCount": 0, "unreadItemCount": 0, "totalItemCount": 0 }
            """),

        new("user-list-messages", "GET", "users/{mailbox}/messages?$select=sender,subject&$filter=isDraft eq false", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('bob%40contoso.onmicrosoft.com')/messages(sender,subject)",
              "value": [{
                "@odata.etag": "*", "id": "{message}", "subject": "9/9/2018: concert",
                "sender": { "emailAddress": { "name": "Adele Vance", "address": "adelev@contoso.onmicrosoft.com" } }
              }]
            }
            """),
        new("user-list-messages", "GET", "users/{mailbox}/messages/$count", null, 200, null),
        new("mailfolder-list-messages", "GET", "users/{mailbox}/mailFolders/inbox/messages", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('bob%40contoso.onmicrosoft.com')/mailFolders('inbox')/messages",
              "value": [{ "receivedDateTime": "2018-09-09T03:15:08Z", "sentDateTime": "2018-09-09T03:15:06Z", "hasAttachments": false, "subject": "9/9/2018: concert", "bodyPreview": "The group represents Nevada.", "body": { "contentType": "html", "content": "*" } }]
            }
            """),
        new("mailfolder-list-messages", "GET", "users/{mailbox}/mailFolders/inbox/messages/$count", null, 200, null),
        new("mailfolder-post-messages", "POST", "users/{mailbox}/mailFolders/{folder}/messages", """{ "subject": "subject-value" }""", 201, """{ "subject": "subject-value", "parentFolderId": "{folder}", "isDraft": true }"""),
        new("message-get", "GET", "users/{mailbox}/messages/{message}", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('bob%40contoso.onmicrosoft.com')/messages/$entity",
              "@odata.etag": "*", "id": "{message}", "createdDateTime": "*", "lastModifiedDateTime": "*", "changeKey": "*", "categories": [],
              "receivedDateTime": "2018-09-09T03:15:08Z", "sentDateTime": "2018-09-09T03:15:06Z", "hasAttachments": false,
              "internetMessageId": "<MWHPR6E1BE060@MWHPR1120.namprd22.prod.outlook.com>", "subject": "9/9/2018: concert",
              "bodyPreview": "The group represents Nevada.", "importance": "normal", "parentFolderId": "{inbox}", "conversationId": "*",
              "isDeliveryReceiptRequested": false, "isReadReceiptRequested": false, "isRead": true, "isDraft": false, "webLink": "*",
              "inferenceClassification": "focused", "body": { "contentType": "html", "content": "*" },
              "sender": { "emailAddress": { "name": "Adele Vance", "address": "adelev@contoso.onmicrosoft.com" } },
              "from": { "emailAddress": { "name": "Adele Vance", "address": "adelev@contoso.onmicrosoft.com" } },
              "toRecipients": [{ "emailAddress": { "name": "Alex Wilber", "address": "AlexW@contoso.onmicrosoft.com" } }],
              "ccRecipients": [], "bccRecipients": [], "replyTo": [], "flag": { "flagStatus": "notFlagged" }
            }
            """),
        new("message-get", "GET", "users/{mailbox}/messages/{message}/?$select=internetMessageHeaders", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('bob%40contoso.onmicrosoft.com')/messages(internetMessageHeaders)/$entity",
              "@odata.etag": "*", "id": "{message}",
              "internetMessageHeaders": [
                { "name": "From", "value": "*" }, { "name": "To", "value": "*" }, { "name": "Subject", "value": "9/9/2018: concert" },
                { "name": "Date", "value": "*" }, { "name": "Message-ID", "value": "*" }, { "name": "MIME-Version", "value": "1.0" },
                { "name": "Content-Type", "value": "*" }, { "name": "x-custom-header-group-name", "value": "Washington" }
              ]
            }
            """),
        new("message-get", "GET", "users/{mailbox}/messages/{message}/?$select=subject,body,bodyPreview,uniqueBody", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('bob%40contoso.onmicrosoft.com')/messages(subject,body,bodyPreview,uniqueBody)/$entity",
              "id": "{message}", "subject": "9/9/2018: concert", "bodyPreview": "The group represents Nevada.",
              "body": { "contentType": "text", "content": "The group represents Nevada." },
              "uniqueBody": { "contentType": "text", "content": "The group represents Nevada." }
            }
            """) { Headers = [("Prefer", "outlook.body-content-type=\"text\"")] },
        new("message-update", "PATCH", "users/{mailbox}/messages/{draft}",
            """{ "subject": "subject-value", "body": { "contentType": "text", "content": "content-value" }, "inferenceClassification": "other" }""", 200, """
            { "receivedDateTime": "*", "sentDateTime": "*", "hasAttachments": true, "subject": "subject-value", "body": { "contentType": "text", "content": "content-value" }, "bodyPreview": "content-value", "inferenceClassification": "other" }
            """),
        new("message-delete", "DELETE", "users/{mailbox}/messages/{message}", null, 204, null),
        new("message-move", "POST", "users/{mailbox}/messages/{message}/move", """{ "destinationId": "deleteditems" }""", 201, """
            { "@odata.etag": "*", "id": "*", "receivedDateTime": "2018-09-09T03:15:08Z", "subject": "9/9/2018: concert", "parentFolderId": "*" }
            """),
        new("message-copy", "POST", "users/{mailbox}/messages/{message}/copy", """{ "destinationId": "{folder}" }""", 201, """
            { "id": "*", "receivedDateTime": "2018-09-09T03:15:08Z", "subject": "9/9/2018: concert", "parentFolderId": "{folder}" }
            """),
        new("message-permanentdelete", "POST", "users/{mailbox}/messages/{message}/permanentDelete", null, 204, null),
        new("message-send", "POST", "users/{mailbox}/messages/{draft}/send", null, 202, null),
        new("user-post-messages", "POST", "users/{mailbox}/messages", """
            { "subject": "Did you see last night's game?", "importance": "Low", "body": { "contentType": "HTML", "content": "They were <b>awesome</b>!" }, "toRecipients": [ { "emailAddress": { "address": "AdeleV@contoso.onmicrosoft.com" } } ] }
            """, 201, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('bob%40contoso.onmicrosoft.com')/messages/$entity",
              "@odata.etag": "*", "id": "*", "createdDateTime": "*", "changeKey": "*", "categories": [], "receivedDateTime": "*", "sentDateTime": "*",
              "hasAttachments": false, "internetMessageId": "*", "subject": "Did you see last night's game?", "bodyPreview": "They were awesome!",
              "importance": "low", "parentFolderId": "*", "conversationId": "*", "isDeliveryReceiptRequested": false,
              "isReadReceiptRequested": false, "isRead": true, "isDraft": true, "webLink": "*", "inferenceClassification": "focused",
              "body": { "contentType": "html", "content": "*" },
              "toRecipients": [{ "emailAddress": { "name": "*", "address": "AdeleV@contoso.onmicrosoft.com" } }], "ccRecipients": [], "bccRecipients": [], "replyTo": [],
              "flag": { "flagStatus": "notFlagged" }
            }
            """),
        new("user-post-messages", "POST", "users/{mailbox}/messages", "bm90IGJhc2U2NA=", 400, """
            { "error": { "code": "ErrorMimeContentInvalidBase64String", "message": "Invalid base64 string for MIME content." } }
            """) { Headers = Mime },
        new("user-post-messages", "POST", "users/{mailbox}/messages", "U3ViamVjdDogSW50ZXJuYWwgUmVzdW1lCgpIaSwgTWVnYW4u", 201, """
            { "isDraft": true, "subject": "Internal Resume", "body": { "contentType": "text", "content": "Hi, Megan." } }
            """) { Headers = Mime },
        new("user-sendmail", "POST", "users/{mailbox}/sendMail", """
            {
              "message": {
                "subject": "Meet for lunch?", "body": { "contentType": "Text", "content": "The new cafeteria is open." },
                "toRecipients": [ { "emailAddress": { "address": "frannis@contoso.com" } } ], "ccRecipients": [ { "emailAddress": { "address": "danas@contoso.com" } } ]
              },
              "saveToSentItems": "false"
            }
            """, 202, null),
        new("user-sendmail", "POST", "users/{mailbox}/sendMail", "VG86IGFsaWNlQGNvbnRvc28ub25taWNyb3NvZnQuY29tClN1YmplY3Q6IFRlc3QKCnRlc3Q=", 202, null) { Headers = Mime },
        new("user-sendmail", "POST", "users/{mailbox}/sendMail", "***", 400, """
            { "error": { "code": "ErrorMimeContentInvalidBase64String", "message": "Invalid base64 string for MIME content." } }
            """) { Headers = Mime },

        new("message-delta", "GET", "users/{mailbox}/mailFolders/{inbox}/messages/delta?$select=subject,sender,isRead", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#Collection(message)",
              "@odata.deltaLink": "*",
              "value": [{
                "@odata.type": "#microsoft.graph.message", "@odata.etag": "*", "subject": "9/9/2018: concert", "isRead": true,
                "sender": { "emailAddress": { "name": "Adele Vance", "address": "adelev@contoso.onmicrosoft.com" } }, "id": "{message}"
              }]
            }
            """) { Headers = [("Prefer", "odata.maxpagesize=2")] },

        new("message-list-attachments", "GET", "users/{shared}/messages/{invoice}/attachments", null, 200, """
            {
              "value": [{
                "@odata.type": "#microsoft.graph.fileAttachment", "contentType": "application/pdf", "contentLocation": null, "contentBytes": "*", "contentId": null,
                "lastModifiedDateTime": "*", "id": "{fileAttachment}", "isInline": false, "name": "Invoice 2024-0117.pdf", "size": 409
              }]
            }
            """),
        new("attachment-get", "GET", "users/{shared}/messages/{invoice}/attachments/{fileAttachment}", null, 200, """
            {
              "@odata.context": "*", "@odata.type": "#microsoft.graph.fileAttachment", "id": "{fileAttachment}", "lastModifiedDateTime": "*", "name": "Invoice 2024-0117.pdf",
              "contentType": "application/pdf", "size": 409, "isInline": false, "contentId": null, "contentLocation": null, "contentBytes": "*"
            }
            """),
        new("attachment-get", "GET", "users/{alice}/messages/{forwarded}/attachments/{itemAttachment}", null, 200, """
            { "@odata.context": "*", "@odata.type": "#microsoft.graph.itemAttachment", "id": "{itemAttachment}", "lastModifiedDateTime": "*", "name": "Delivery note 88.eml", "contentType": null, "size": "*", "isInline": false }
            """),
        new("attachment-get", "GET", "users/{alice}/messages/{forwarded}/attachments/{itemAttachment}/?$expand=microsoft.graph.itemattachment/item", null, 200, """
            {
              "@odata.type": "#microsoft.graph.itemAttachment", "id": "{itemAttachment}",
              "item": { "@odata.type": "#microsoft.graph.message", "id": "", "sentDateTime": "2024-01-18T08:00:00Z", "hasAttachments": false, "internetMessageId": "<delivery-88@fabrikam.example>", "subject": "Delivery note 88" }
            }
            """),
        new("attachment-get", "GET", "users/{shared}/messages/{invoice}/attachments/{fileAttachment}/$value", null, 200, null),
        new("message-post-attachments", "POST", "users/{mailbox}/messages/{draft}/attachments",
            """{ "@odata.type": "#microsoft.graph.fileAttachment", "name": "smile", "contentBytes": "R0lGODdhEAYEAA==" }""", 201, """
            { "id": "*", "lastModifiedDateTime": "*", "name": "smile", "size": 10, "isInline": false, "contentId": null, "contentLocation": null, "contentBytes": "R0lGODdhEAYEAA==" }
            """),
        new("message-post-attachments", "POST", "users/{mailbox}/messages/{draft}/attachments", """
            { "@odata.type": "#microsoft.graph.itemAttachment", "name": "Holiday event", "item": { "@odata.type": "microsoft.graph.event", "subject": "Discuss gifts for children", "body": { "contentType": "HTML", "content": "Let's look for funding!" } } }
            """, 201, """
            { "id": "*", "lastModifiedDateTime": "*", "name": "Holiday event", "contentType": null, "size": "*", "isInline": false }
            """),
        new("attachment-delete", "DELETE", "users/{mailbox}/messages/{draft}/attachments/{draftAttachment}", null, 204, null),
        new("attachment-createuploadsession", "POST", "users/{mailbox}/messages/{draft}/attachments/createUploadSession",
            """{ "AttachmentItem": { "attachmentType": "file", "name": "flower", "size": 3483322 } }""", 201, """
            { "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#microsoft.graph.uploadSession", "uploadUrl": "*", "expirationDateTime": "*", "nextExpectedRanges": [ "0-" ] }
            """),

        new("user-get-mailboxsettings", "GET", "users/{mailbox}/mailboxSettings", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('bob%40contoso.onmicrosoft.com')/mailboxSettings",
              "automaticRepliesSetting": { "status": "disabled", "externalAudience": "all", "scheduledStartDateTime": { "dateTime": "*", "timeZone": "UTC" }, "scheduledEndDateTime": { "dateTime": "*", "timeZone": "UTC" }, "internalReplyMessage": "", "externalReplyMessage": "" },
              "timeZone": "UTC", "language": { "locale": "en-US", "displayName": "English (United States)" },
              "workingHours": { "daysOfWeek": [ "monday", "tuesday", "wednesday", "thursday", "friday" ], "startTime": "08:00:00.0000000", "endTime": "17:00:00.0000000", "timeZone": { "name": "Pacific Standard Time" } },
              "userPurpose": { "value": "user" }, "dateFormat": "*", "timeFormat": "*", "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly"
            }
            """),
        new("user-get-mailboxsettings", "GET", "users/{mailbox}/mailboxSettings/workingHours", null, 200, """
            { "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('bob%40contoso.onmicrosoft.com')/mailboxSettings/workingHours", "startTime": "08:00:00.0000000" }
            """),
        new("user-update-mailboxsettings", "PATCH", "users/{mailbox}/mailboxSettings", """
            { "automaticRepliesSetting": { "status": "Scheduled", "scheduledStartDateTime": { "dateTime": "2016-03-20T18:00:00.0000000", "timeZone": "UTC" }, "scheduledEndDateTime": { "dateTime": "2016-03-28T18:00:00.0000000", "timeZone": "UTC" } } }
            """, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('bob%40contoso.onmicrosoft.com')/mailboxSettings",
              "automaticRepliesSetting": { "status": "scheduled", "externalAudience": "all", "scheduledStartDateTime": { "dateTime": "2016-03-20T18:00:00.0000000", "timeZone": "UTC" }, "scheduledEndDateTime": { "dateTime": "2016-03-28T18:00:00.0000000", "timeZone": "UTC" } }
            }
            """),
    ];
}
