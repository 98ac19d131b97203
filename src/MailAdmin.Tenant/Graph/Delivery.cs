using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Configuration;
using MailAdmin.Tenant.Gate;
using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// Delivers a message to the mailboxes of its recipients:
/// https://learn.microsoft.com/graph/outlook-things-to-know-about-send-mail. Messages for recipients outside the tenant leave it
/// and are discarded.
/// </summary>
internal static partial class Delivery
{
    private static readonly string[] Lists = ["toRecipients", "ccRecipients", "bccRecipients"];

    /// <summary>Sends; gives the message as the sender keeps it.</summary>
    /// <exception cref="GraphRefusal">
    /// The message has no recipient, or the sender isn't allowed to use the From address.
    /// </exception>
    public static ItemContent Send(GraphCall call, ItemContent content)
    {
        string[] recipients = [.. Lists.SelectMany(list => Addresses(content.Property(list)))
            .Distinct(StringComparer.OrdinalIgnoreCase)];
        if (recipients.Length == 0 || !Array.TrueForAll(recipients, IsOne))
        {
            throw new GraphRefusal(400, "ErrorInvalidRecipients", recipients.Length == 0
                ? "At least one recipient isn't valid., A message can't be sent because it contains no recipients."
                : "At least one recipient isn't valid., At least one recipient is not valid.");
        }

        if (MessageSize.Of(content) > Submission.MaxSize(call.Tenant, call.Mailbox))
        {
            throw MessageSize.Exceeded();
        }

        var sent = Stamp(call, content);
        Submission.Deliver(call.Tenant, call.Mailbox, recipients, ForRecipients(sent));
        return sent;
    }

    /// <summary>Returns the message with its sender and its time; MIME isn't changed.</summary>
    private static ItemContent Stamp(GraphCall call, ItemContent content)
    {
        var mailbox = call.Mailbox;
        var from = Addresses(new JsonArray(content.Property("from")?.DeepClone())).FirstOrDefault(a => a.Length > 0);
        var right = from is null ? SendRight.Own : SendRights.Judge(call.Tenant, mailbox, from, Acting(call));
        if (right == SendRight.None)
        {
            throw new GraphRefusal(403, "ErrorSendAsDenied",
                "The user account which was used to submit this request does not have the right to send mail on behalf of the "
                    + "specified sending account., Cannot submit message.");
        }

        if (content is not WrittenContent)
        {
            return content;
        }

        var stamped = WrittenContent.Of(content);
        // A sender with an alias of the mailbox is shown with its primary address
        // (https://learn.microsoft.com/powershell/module/exchange/set-organizationconfig, -SendFromAliasEnabled).
        var keepsAlias = call.Tenant.Exchange.Readable.Organization.SendsFromAlias;
        stamped.Set(
            "from", right == SendRight.Own && (from is null || !keepsAlias) ? Self(mailbox) : content.Property("from"));
        // With Send As, the sender isn't shown. With Send on Behalf, the sender is.
        stamped.Set("sender", right == SendRight.SendAs ? content.Property("from") : Self(mailbox));
        stamped.Set("sentDateTime", Json.Seconds(call.Tenant.Now));
        if (right == SendRight.OnBehalf)
        {
            var headers = content.Property("internetMessageHeaders")?.DeepClone() as JsonArray ?? [];
            headers.Add(new JsonObject { ["name"] = "Sender", ["value"] = mailbox.Address });
            stamped.Set("internetMessageHeaders", headers);
        }

        return stamped;
    }

    /// <summary>Recipients don't see the Bcc recipients.</summary>
    private static ItemContent ForRecipients(ItemContent sent)
    {
        if (sent is WrittenContent written)
        {
            return written.ForRecipient();
        }

        if (!Addresses(sent.Property("bccRecipients")).Any())
        {
            return sent;
        }

        using var mime = sent.OpenMime();
        using var reader = new StreamReader(mime, Encoding.Latin1);
        var text = reader.ReadToEnd();
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is >= 0 and var at ? at : text.Length;
        return new MimeContent(Encoding.Latin1.GetBytes(Bcc().Replace(text[..end] + "\r\n", "") + text[(end + 2)..]));
    }

    [GeneratedRegex(
        @"^Bcc:.*\r\n([ \t].*\r\n)*",
        RegexOptions.Multiline | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Bcc();

    /// <summary>The SIDs of the caller: of the user, or the app.</summary>
    private static IEnumerable<string> Acting(GraphCall call) => call.Caller.UserId is { } person
        ? [Sids.Of(person)] : SendRights.SidOfApp(call.Tenant, call.Caller.AppId);

    /// <summary>The mailbox as a sender.</summary>
    public static JsonObject Self(Mailbox mailbox) => new()
    {
        ["emailAddress"] = new JsonObject { ["name"] = mailbox.DisplayName, ["address"] = mailbox.Address },
    };

    // An address in a header can't contain the separator of addresses, and a name isn't an address.
    private static bool IsOne(string address) => address.LastIndexOf('@') is > 0 and var at && at < address.Length - 1
        && !address[at..].Any(c => char.IsControl(c) || c is '<' or '>' or ',' or ';' or ' ' or '"')
        && (address.StartsWith('"') || !address.Any(c => char.IsControl(c) || c is '<' or '>' or ',' or ';' or ' '));

    private static IEnumerable<string> Addresses(JsonNode? recipients) => (recipients as JsonArray ?? []).OfType<JsonObject>()
        .Select(r => (r["emailAddress"] as JsonObject)?.Text("address")?.Trim() ?? "");
}
