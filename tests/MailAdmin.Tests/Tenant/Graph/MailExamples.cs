namespace MailAdmin.Tests.Tenant.Graph;

/// <summary>
/// The pages about folders, messages, attachments and mailbox settings. The pages speak of /me, which an app without a user cannot
/// use, so the same requests go to /users/{id}; a placeholder such as "subject-value" stays where the service could take it.
/// </summary>
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
        new("mailfolder-update", "PATCH", "users/{mailbox}/mailFolders/{folder}", """{ "displayName": "displayName-value" }""", 200, """
            { "displayName": "displayName-value", "parentFolderId": "{inbox}", "childFolderCount": 0, "unreadItemCount": 0, "totalItemCount": 0, "id": "{folder}" }
            """),
        new("mailfolder-delete", "DELETE", "users/{mailbox}/mailFolders/{folder}", null, 204, null),
        new("mailfolder-list-childfolders", "GET", "users/{mailbox}/mailFolders/inbox/childFolders", null, 200, """
            { "value": [{ "id": "{folder}", "displayName": "Internal Screens", "parentFolderId": "{inbox}", "childFolderCount": 0, "unreadItemCount": 0, "totalItemCount": 0, "isHidden": false }] }
            """),
        new("mailfolder-list-childfolders", "GET", "users/{mailbox}/mailFolders/sentitems/childFolders?includeHiddenFolders=true", null, 200, """
            {
              "value": [
                { "id": "*", "displayName": "Internal Screens", "parentFolderId": "*", "childFolderCount": 0, "unreadItemCount": 0, "totalItemCount": 0, "isHidden": false },
                { "id": "*", "displayName": "Clutters", "parentFolderId": "*", "childFolderCount": 0, "unreadItemCount": 0, "totalItemCount": 0, "isHidden": true }
              ]
            }
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
        new("user-list-messages", "GET", "users/{mailbox}/messages/$count", null, 200, null) { Plain = "2" },
        new("mailfolder-list-messages", "GET", "users/{mailbox}/mailFolders/inbox/messages", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('bob%40contoso.onmicrosoft.com')/mailFolders('inbox')/messages",
              "value": [{ "receivedDateTime": "2018-09-09T03:15:08Z", "sentDateTime": "2018-09-09T03:15:06Z", "hasAttachments": false, "subject": "9/9/2018: concert", "bodyPreview": "The group represents Nevada.", "body": { "contentType": "html", "content": "*" } }]
            }
            """),
        new("mailfolder-list-messages", "GET", "users/{mailbox}/mailFolders/inbox/messages/$count", null, 200, null) { Plain = "1" },
        new("mailfolder-post-messages", "POST", "users/{mailbox}/mailFolders/{folder}/messages", """{ "subject": "subject-value", "body": { "contentType": "text", "content": "content-value" } }""", 201, """
            {
              "receivedDateTime": "*", "sentDateTime": "*", "hasAttachments": false, "subject": "subject-value",
              "body": { "contentType": "text", "content": "content-value" }, "bodyPreview": "content-value", "parentFolderId": "{folder}", "isDraft": true
            }
            """),
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
        new("message-get", "GET", "users/{mailbox}/messages/{message}/$value", null, 200, null) { Plain = DocumentedWorld.Concert },
        new("message-update", "PATCH", "users/{mailbox}/messages/{draft}",
            """{ "subject": "subject-value", "body": { "contentType": "text", "content": "content-value" }, "inferenceClassification": "other" }""", 200, """
            { "receivedDateTime": "*", "sentDateTime": "*", "hasAttachments": true, "subject": "subject-value", "body": { "contentType": "text", "content": "content-value" }, "bodyPreview": "content-value", "inferenceClassification": "other" }
            """),
        new("message-delete", "DELETE", "users/{mailbox}/messages/{message}", null, 204, null),
        new("message-move", "POST", "users/{mailbox}/messages/{message}/move", """{ "destinationId": "deleteditems" }""", 201, """
            {
              "@odata.context": "*", "@odata.etag": "*", "id": "*", "createdDateTime": "*", "lastModifiedDateTime": "*", "changeKey": "*", "categories": [],
              "receivedDateTime": "2018-09-09T03:15:08Z", "sentDateTime": "2018-09-09T03:15:06Z", "hasAttachments": false,
              "internetMessageId": "<MWHPR6E1BE060@MWHPR1120.namprd22.prod.outlook.com>", "subject": "9/9/2018: concert",
              "bodyPreview": "The group represents Nevada.", "importance": "normal",
              "parentFolderId": "*", "conversationId": "*", "isDeliveryReceiptRequested": false, "isReadReceiptRequested": false, "isRead": true,
              "isDraft": false, "webLink": "*", "inferenceClassification": "focused", "body": { "contentType": "html", "content": "*" },
              "sender": { "emailAddress": { "name": "Adele Vance", "address": "adelev@contoso.onmicrosoft.com" } },
              "from": { "emailAddress": { "name": "Adele Vance", "address": "adelev@contoso.onmicrosoft.com" } },
              "toRecipients": [{ "emailAddress": { "name": "Alex Wilber", "address": "AlexW@contoso.onmicrosoft.com" } }],
              "ccRecipients": [], "bccRecipients": [], "replyTo": [], "flag": { "flagStatus": "notFlagged" }
            }
            """),
        new("message-copy", "POST", "users/{mailbox}/messages/{message}/copy", """{ "destinationId": "{folder}" }""", 201, """
            {
              "id": "*", "receivedDateTime": "2018-09-09T03:15:08Z", "sentDateTime": "2018-09-09T03:15:06Z", "hasAttachments": false,
              "subject": "9/9/2018: concert", "body": { "contentType": "html", "content": "*" }, "bodyPreview": "The group represents Nevada.", "parentFolderId": "{folder}"
            }
            """),
        new("message-permanentdelete", "POST", "users/{mailbox}/messages/{message}/permanentDelete", null, 204, null),
        new("message-send", "POST", "users/{mailbox}/messages/{draft}/send", null, 202, null),
        new("message-forward", "POST", "users/{mailbox}/messages/{message}/forward", """
            { "comment": "comment-value", "toRecipients": [ { "emailAddress": { "name": "name-value", "address": "{alice}" } } ] }
            """, 202, null),
        new("user-post-messages", "POST", "users/{mailbox}/messages", """
            { "subject": "Did you see last night's game?", "importance": "Low", "body": { "contentType": "HTML", "content": "They were <b>awesome</b>!" }, "toRecipients": [ { "emailAddress": { "address": "AdeleV@contoso.onmicrosoft.com" } } ] }
            """, 201, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('bob%40contoso.onmicrosoft.com')/messages/$entity",
              "@odata.etag": "*", "id": "*", "createdDateTime": "*", "changeKey": "*", "categories": [], "receivedDateTime": "*", "sentDateTime": "*",
              "hasAttachments": false, "internetMessageId": "*", "subject": "Did you see last night's game?", "bodyPreview": "They were awesome!",
              "importance": "low", "parentFolderId": "*", "conversationId": "*", "conversationIndex": "*", "isDeliveryReceiptRequested": false,
              "isReadReceiptRequested": false, "isRead": true, "isDraft": true, "webLink": "*", "inferenceClassification": "focused",
              "body": { "contentType": "html", "content": "*" },
              "toRecipients": [{ "emailAddress": { "name": "*", "address": "AdeleV@contoso.onmicrosoft.com" } }], "ccRecipients": [], "bccRecipients": [], "replyTo": [],
              "flag": { "flagStatus": "notFlagged" }
            }
            """),
        new("user-post-messages", "POST", "users/{mailbox}/messages", """
            {
              "subject": "9/8/2018: concert", "body": { "contentType": "HTML", "content": "The group represents Washington." },
              "toRecipients": [ { "emailAddress": { "address": "AlexW@contoso.OnMicrosoft.com" } } ],
              "internetMessageHeaders": [ { "name": "x-custom-header-group-name", "value": "Washington" }, { "name": "x-custom-header-group-id", "value": "WA001" } ]
            }
            """, 201, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('bob%40contoso.onmicrosoft.com')/messages/$entity",
              "@odata.etag": "*", "id": "*", "createdDateTime": "*", "lastModifiedDateTime": "*", "changeKey": "*", "categories": [],
              "receivedDateTime": "*", "sentDateTime": "*", "hasAttachments": false, "internetMessageId": "*", "subject": "9/8/2018: concert",
              "bodyPreview": "The group represents Washington.", "importance": "normal", "parentFolderId": "*", "conversationId": "*",
              "isDeliveryReceiptRequested": false, "isReadReceiptRequested": false, "isRead": true, "isDraft": true, "webLink": "*",
              "inferenceClassification": "focused", "body": { "contentType": "html", "content": "*" },
              "toRecipients": [{ "emailAddress": { "name": "*", "address": "AlexW@contoso.OnMicrosoft.com" } }],
              "ccRecipients": [], "bccRecipients": [], "replyTo": [], "flag": { "flagStatus": "notFlagged" }
            }
            """),
        new("user-post-messages", "POST", "users/{mailbox}/messages", "bm90IGJhc2U2NA=", 400, """
            { "error": { "code": "ErrorMimeContentInvalidBase64String", "message": "Invalid base64 string for MIME content." } }
            """) { Headers = Mime },
        new("user-post-messages", "POST", "users/{mailbox}/messages", Base64("""
            From: Alex Wilber <AlexW@contoso.com>
            To: Megan Bowen <MeganB@contoso.com>
            Date: Sun, 28 Feb 2021 07:15:00 +0000
            Message-ID: <resume@contoso.com>
            Subject: Internal Resume Submission: Sales Associate

            Hi, Megan.
            """), 201, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('bob%40contoso.onmicrosoft.com')/messages/$entity",
              "@odata.etag": "*", "id": "*", "createdDateTime": "*", "lastModifiedDateTime": "*", "changeKey": "*", "categories": [],
              "receivedDateTime": "*", "sentDateTime": "2021-02-28T07:15:00Z", "hasAttachments": false, "internetMessageId": "<resume@contoso.com>",
              "subject": "Internal Resume Submission: Sales Associate", "bodyPreview": "Hi, Megan.", "importance": "normal", "parentFolderId": "*",
              "conversationId": "*", "conversationIndex": "*", "isDeliveryReceiptRequested": false, "isReadReceiptRequested": false, "isRead": true,
              "isDraft": true, "webLink": "*", "inferenceClassification": "focused", "body": { "contentType": "text", "content": "Hi, Megan." },
              "sender": { "emailAddress": { "name": "Alex Wilber", "address": "AlexW@contoso.com" } },
              "from": { "emailAddress": { "name": "Alex Wilber", "address": "AlexW@contoso.com" } },
              "toRecipients": [{ "emailAddress": { "name": "Megan Bowen", "address": "MeganB@contoso.com" } }],
              "ccRecipients": [], "bccRecipients": [], "replyTo": [], "flag": { "flagStatus": "notFlagged" }
            }
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
        new("user-sendmail", "POST", "users/{mailbox}/sendMail", """
            {
              "message": {
                "subject": "9/9/2018: concert", "body": { "contentType": "HTML", "content": "The group represents Nevada." },
                "toRecipients": [ { "emailAddress": { "address": "AlexW@contoso.com" } } ],
                "internetMessageHeaders": [ { "name": "x-custom-header-group-name", "value": "Nevada" }, { "name": "x-custom-header-group-id", "value": "NV001" } ]
              }
            }
            """, 202, null),
        new("user-sendmail", "POST", "users/{mailbox}/sendMail", """
            {
              "message": {
                "subject": "Meet for lunch?", "body": { "contentType": "Text", "content": "The new cafeteria is open." },
                "toRecipients": [ { "emailAddress": { "address": "meganb@contoso.com" } } ],
                "attachments": [ { "@odata.type": "#microsoft.graph.fileAttachment", "name": "attachment.txt", "contentType": "text/plain", "contentBytes": "SGVsbG8gV29ybGQh" } ]
              }
            }
            """, 202, null),
        // The page breaks the lines of the base64 text.
        new("user-sendmail", "POST", "users/{mailbox}/sendMail", "VG86IGFsaWNlQGNvbnRvc28ub25t\naWNyb3NvZnQuY29tClN1YmplY3Q6\nIFRlc3QKCnRlc3Q=", 202, null) { Headers = Mime },
        new("user-sendmail", "POST", "users/{mailbox}/sendMail", "***", 400, """
            { "error": { "code": "ErrorMimeContentInvalidBase64String", "message": "Invalid base64 string for MIME content." } }
            """) { Headers = Mime },

        new("message-delta", "GET", "users/{shared}/mailFolders/inbox/messages/delta", null, 200, """
            {
              "@odata.nextLink": "*",
              "value": [
                { "receivedDateTime": "*", "sentDateTime": "*", "hasAttachments": "*", "internetMessageId": "*", "subject": "*", "body": { "contentType": "*", "content": "*" } },
                { "receivedDateTime": "*", "sentDateTime": "*", "hasAttachments": "*", "internetMessageId": "*", "subject": "*", "body": { "contentType": "*", "content": "*" } }
              ]
            }
            """) { Headers = [("Prefer", "odata.maxpagesize=2")] },
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
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('invoices%40contoso.onmicrosoft.com')/messages('{invoiceKey}')/attachments/$entity",
              "@odata.type": "#microsoft.graph.fileAttachment", "id": "{fileAttachment}", "lastModifiedDateTime": "*", "name": "Invoice 2024-0117.pdf",
              "contentType": "application/pdf", "size": 409, "isInline": false, "contentId": null, "contentLocation": null, "contentBytes": "*"
            }
            """),
        new("attachment-get", "GET", "users/{alice}/messages/{forwarded}/attachments/{itemAttachment}", null, 200, """
            { "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('alice%40contoso.onmicrosoft.com')/messages('{forwardedKey}')/attachments/$entity", "@odata.type": "#microsoft.graph.itemAttachment", "id": "{itemAttachment}", "lastModifiedDateTime": "*", "name": "Delivery note 88.eml", "contentType": null, "size": "*", "isInline": false }
            """),
        new("attachment-get", "GET", "users/{alice}/messages/{forwarded}/attachments/{itemAttachment}/?$expand=microsoft.graph.itemattachment/item", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('alice%40contoso.onmicrosoft.com')/messages('{forwardedKey}')/attachments/$entity",
              "@odata.type": "#microsoft.graph.itemAttachment", "id": "{itemAttachment}", "lastModifiedDateTime": "*", "name": "Delivery note 88.eml",
              "contentType": null, "size": "*", "isInline": false,
              "item@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('alice%40contoso.onmicrosoft.com')/messages('{forwardedKey}')/attachments('{itemAttachmentKey}')/microsoft.graph.itemAttachment/item/$entity",
              "item": {
                "@odata.type": "#microsoft.graph.message", "id": "", "createdDateTime": "*", "lastModifiedDateTime": "*", "receivedDateTime": "*",
                "sentDateTime": "2024-01-18T08:00:00Z", "hasAttachments": false, "internetMessageId": "<delivery-88@fabrikam.example>",
                "subject": "Delivery note 88", "importance": "normal", "conversationId": "*", "conversationIndex": "*", "isDeliveryReceiptRequested": false,
                "isReadReceiptRequested": false, "isRead": false, "isDraft": false, "webLink": "*", "body": { "contentType": "*", "content": "*" },
                "sender": { "emailAddress": { "name": "*", "address": "*" } }, "from": { "emailAddress": { "name": "*", "address": "*" } },
                "toRecipients": [{ "emailAddress": { "name": "*", "address": "*" } }], "ccRecipients": []
              }
            }
            """),
        new("attachment-get", "GET", "users/{mailbox}/messages/{draft}/attachments/{referenceAttachment}", null, 200, """
            {
              "@odata.type": "#microsoft.graph.referenceAttachment", "id": "{referenceAttachment}", "lastModifiedDateTime": "*", "name": "Sales Invoice Template.docx",
              "contentType": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "size": "*", "isInline": true
            }
            """),
        new("attachment-get", "GET", "users/{mailbox}/messages/{draft}/attachments/{referenceAttachment}/$value", null, 405, null),
        new("attachment-get", "GET", "users/{mailbox}/messages/{draft}/attachments/{draftAttachment}/$value", null, 200, null) { Plain = "a" },
        new("message-post-attachments", "POST", "users/{mailbox}/messages/{draft}/attachments",
            """{ "@odata.type": "#microsoft.graph.fileAttachment", "name": "smile", "contentBytes": "R0lGODdhEAYEAA==" }""", 201, """
            { "id": "*", "lastModifiedDateTime": "*", "name": "smile", "contentType": "*", "size": 10, "isInline": false, "contentId": null, "contentLocation": null, "contentBytes": "R0lGODdhEAYEAA==" }
            """),
        new("message-post-attachments", "POST", "users/{mailbox}/messages/{draft}/attachments", """
            { "@odata.type": "#microsoft.graph.itemAttachment", "name": "Holiday event", "item": { "@odata.type": "microsoft.graph.event", "subject": "Discuss gifts for children", "body": { "contentType": "HTML", "content": "Let's look for funding!" }, "start": { "dateTime": "2016-12-02T18:00:00", "timeZone": "Pacific Standard Time" }, "end": { "dateTime": "2016-12-02T19:00:00", "timeZone": "Pacific Standard Time" } } }
            """, 201, """
            { "id": "*", "lastModifiedDateTime": "*", "name": "Holiday event", "contentType": null, "size": "*", "isInline": false }
            """),
        new("attachment-delete", "DELETE", "users/{mailbox}/messages/{draft}/attachments/{draftAttachment}", null, 204, null),
        new("attachment-createuploadsession", "POST", "users/{mailbox}/messages/{draft}/attachments/createUploadSession",
            """{ "AttachmentItem": { "attachmentType": "file", "name": "flower", "size": 3483322 } }""", 201, """
            { "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#microsoft.graph.uploadSession", "uploadUrl": "*", "expirationDateTime": "*", "nextExpectedRanges": [ "0-" ] }
            """),
        new("attachment-createuploadsession", "POST", "users/{mailbox}/messages/{draft}/attachments/createUploadSession",
            """{ "AttachmentItem": { "attachmentType": "file", "name": "scenary", "size": 7208534, "isInline": true, "contentId": "my_inline_picture" } }""", 201, """
            { "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#microsoft.graph.uploadSession", "uploadUrl": "*", "expirationDateTime": "*", "nextExpectedRanges": [ "0-" ] }
            """),

        new("mailfolder-list-messagerules", "GET", "users/{mailbox}/mailFolders/inbox/messageRules", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('bob%40contoso.onmicrosoft.com')/mailFolders('inbox')/messageRules",
              "value": [{
                "id": "*", "displayName": "Remove spam", "sequence": 1, "isEnabled": true, "hasError": false, "isReadOnly": false,
                "conditions": { "subjectContains": ["enlarge"] }, "actions": { "delete": true, "stopProcessingRules": true }
              }]
            }
            """),
        new("user-get-mailboxsettings", "GET", "users/{mailbox}/mailboxSettings", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('bob%40contoso.onmicrosoft.com')/mailboxSettings",
              "automaticRepliesSetting": { "status": "disabled", "externalAudience": "all", "scheduledStartDateTime": { "dateTime": "*", "timeZone": "UTC" }, "scheduledEndDateTime": { "dateTime": "*", "timeZone": "UTC" }, "internalReplyMessage": "", "externalReplyMessage": "" },
              "timeZone": "UTC", "language": { "locale": "en-US", "displayName": "English (United States)" },
              "workingHours": { "daysOfWeek": [ "monday", "tuesday", "wednesday", "thursday", "friday" ], "startTime": "08:00:00.0000000", "endTime": "17:00:00.0000000", "timeZone": { "name": "Pacific Standard Time" } },
              "userPurpose": "user", "dateFormat": "*", "timeFormat": "*", "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly"
            }
            """),
        new("user-get-mailboxsettings", "GET", "users/{mailbox}/mailboxSettings/automaticRepliesSetting", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('bob%40contoso.onmicrosoft.com')/mailboxSettings/automaticRepliesSetting",
              "status": "disabled", "externalAudience": "all", "scheduledStartDateTime": { "dateTime": "*", "timeZone": "UTC" },
              "scheduledEndDateTime": { "dateTime": "*", "timeZone": "UTC" }, "internalReplyMessage": "", "externalReplyMessage": ""
            }
            """),
        new("user-get-mailboxsettings", "GET", "users/{mailbox}/mailboxSettings/workingHours", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('bob%40contoso.onmicrosoft.com')/mailboxSettings/workingHours",
              "daysOfWeek": [ "monday", "tuesday", "wednesday", "thursday", "friday" ], "startTime": "08:00:00.0000000", "endTime": "17:00:00.0000000",
              "timeZone": { "name": "Pacific Standard Time" }
            }
            """),
        new("user-get-mailboxsettings", "GET", "users/{mailbox}/mailboxSettings/userPurpose", null, 200, """
            { "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('bob%40contoso.onmicrosoft.com')/mailboxSettings/userPurpose", "value": "user" }
            """),
        new("user-update-mailboxsettings", "PATCH", "users/{mailbox}/mailboxSettings", """
            { "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#Me/mailboxSettings", "automaticRepliesSetting": { "status": "Scheduled", "scheduledStartDateTime": { "dateTime": "2016-03-20T18:00:00.0000000", "timeZone": "UTC" }, "scheduledEndDateTime": { "dateTime": "2016-03-28T18:00:00.0000000", "timeZone": "UTC" } } }
            """, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('bob%40contoso.onmicrosoft.com')/mailboxSettings",
              "automaticRepliesSetting": { "status": "scheduled", "externalAudience": "all", "scheduledStartDateTime": { "dateTime": "2016-03-20T18:00:00.0000000", "timeZone": "UTC" }, "scheduledEndDateTime": { "dateTime": "2016-03-28T18:00:00.0000000", "timeZone": "UTC" }, "internalReplyMessage": "", "externalReplyMessage": "" }
            }
            """),
        new("user-update-mailboxsettings", "PATCH", "users/{mailbox}/mailboxSettings", """
            {
              "workingHours": {
                "endTime": "18:30:00.0000000", "daysOfWeek": [ "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday" ],
                "timeZone": {
                  "@odata.type": "#microsoft.graph.customTimeZone", "bias": -300, "name": "Customized Time Zone",
                  "standardOffset": { "time": "02:00:00.0000000", "dayOccurrence": 2, "dayOfWeek": "Sunday", "month": 10, "year": 0 },
                  "daylightOffset": { "daylightBias": 100, "time": "02:00:00.0000000", "dayOccurrence": 4, "dayOfWeek": "Sunday", "month": 5, "year": 0 }
                }
              }
            }
            """, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('bob%40contoso.onmicrosoft.com')/mailboxSettings",
              "workingHours": {
                "daysOfWeek": [ "monday", "tuesday", "wednesday", "thursday", "friday", "saturday" ], "startTime": "08:00:00.0000000", "endTime": "18:30:00.0000000",
                "timeZone": {
                  "@odata.type": "#microsoft.graph.customTimeZone", "bias": -300, "name": "Customized Time Zone",
                  "standardOffset": { "time": "02:00:00.0000000", "dayOccurrence": 2, "dayOfWeek": "sunday", "month": 10, "year": 0 },
                  "daylightOffset": { "daylightBias": 100, "time": "02:00:00.0000000", "dayOccurrence": 4, "dayOfWeek": "sunday", "month": 5, "year": 0 }
                }
              }
            }
            """),
    ];

    private static string Base64(string mime) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(mime));
}
