using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Tests.Mail.Mime;

/// <summary>
/// Our reading of real messages beside MimeKit's. Where the two differ, <see cref="Known"/> says why; a difference that is
/// not listed fails, and so does a listed one that is gone.
/// </summary>
public class ReferenceTests
{
    private const string OddBase64 =
        "base64 that was cut off: its last two or three characters still hold a byte or two, which we keep";

    private const string TextIsShown = "a multipart in which no boundary is found: we show its text rather than nothing";

    private const string TrueCharset = "the charset says ASCII and the text is UTF-8: we read what it is";

    private const string Windows1252 = "ISO-8859-1 with bytes that it has no letters for: windows-1252, as in browsers";

    private const string RawHeaders = "text/rfc822-headers: we give the bytes, the reference writes the fields anew";

    private const string AllTexts = "texts that follow each other are one text; the reference takes the first alone";

    private static readonly Dictionary<string, string> Known = new()
    {
        ["cpython/msg_02.eml"] = AllTexts,
        ["cpython/msg_10.eml"] = AllTexts,
        ["cpython/msg_13.eml"] = AllTexts,
        ["cpython/msg_21.eml"] = AllTexts,
        ["cpython/msg_22.eml"] = AllTexts,
        ["enmime/mail__mime-mixed-related.eml"] = AllTexts,
        ["enmime/mail__mime-mixed.eml"] = AllTexts,
        ["enmime/mail__mime-signed.eml"] = AllTexts,
        ["rubymail/mime_emails__raw_email4.eml"] = AllTexts,
        ["cpython/msg_14.eml"] = "\"Content-Type: text\" is text to us, and binary to the reference",
        ["cpython/msg_15.eml"] = "\"Some removed base64 encoded chars.\" is not base64: we keep it as it is",
        ["cpython/msg_17.eml"] = TextIsShown,
        ["cpython/msg_25.eml"] = "the boundary parameter is lost: we take the first line that looks like one, and find all parts",
        ["cpython/msg_31.eml"] = TextIsShown,
        ["cpython/msg_35.eml"] = "no empty line before the body: we start the body where the fields end, the reference drops it",
        ["cpython/msg_36.eml"] = "message/external-body is left whole: nothing in it is a part of this message",
        ["cpython/msg_38.eml"] = "boundaries in the middle of a text: we keep the text between them as a part",
        ["cpython/msg_39.eml"] = OddBase64,
        ["cpython/msg_41.eml"] = TextIsShown,
        ["cpython/msg_43.eml"] = "\"MAILER DAEMON <>\" keeps its name; " + RawHeaders,
        ["cpython/msg_47.eml"] = "\"00:01+0000\" is one minute past; no empty line before the bodies, which we keep",
        ["enmime/low-quality__incorrect-charset.eml"] = TrueCharset,
        ["enmime/mail__inlinemultipart.eml"] = OddBase64,
        ["enmime/mail__malformed-multiple-address-header-values.eml"] = OddBase64,
        ["enmime/mail__mime-bad-content-transfer-encoding.eml"] = "plain text that claims to be base64: we show it, the reference decodes it to garbage",
        ["enmime/mail__mime-bad-content-type.eml"] = OddBase64,
        ["enmime/mail__mime-blank-media-name.eml"] = OddBase64,
        ["enmime/mail__mime-duplicate-param.eml"] = OddBase64,
        ["enmime/mail__mime-unquoted-tspecials-param.eml"] = OddBase64,
        ["enmime/mail__multipart-wo-boundary.eml"] = TextIsShown,
        ["enmime/mail__qp-utf8-header-no-break.eml"] = "no empty line before the first boundary: we find the part, the reference loses it",
        ["enmime/mail__qp-utf8-header-recursed.eml"] = "a fold within a name is a blank: no line break comes out of a header",
        ["rubymail/attachment_emails__attachment_pdf_non_ascii.eml"] = Windows1252,
        ["rubymail/attachment_emails__attachment_pdf_non_ascii_lf.eml"] = Windows1252,
        ["rubymail/error_emails__bad_encoded_subject.eml"] = OddBase64,
        ["rubymail/error_emails__content_transfer_encoding_7-bit.eml"] = Windows1252,
        ["rubymail/error_emails__content_transfer_encoding_plain.eml"] = TrueCharset,
        ["rubymail/error_emails__missing_body.eml"] = "\"<Undisclosed-Recipient:@host;>\" is told as it is",
        ["rubymail/error_emails__multiple_invalid_content_dispositions.eml"] = "a disposition that is no token is none",
        ["rubymail/multipart_report_emails__report_422.eml"] = RawHeaders,
        ["rubymail/multipart_report_emails__report_530.eml"] = RawHeaders,
        ["rubymail/plain_emails__mix_caps_content_type.eml"] = "\"Big Bug bb@bug.com\" is an address with a name",
        ["rubymail/plain_emails__raw_email6.eml"] = TrueCharset,
        ["rubymail/rfc2822__example13.eml"] = "comments and blanks within the time (RFC 5322 section 4.3): we read it; a stray line within To",
    };

    public static TheoryData<string> Sets => [.. TestMail.ReferenceSets];

    [Theory]
    [MemberData(nameof(Sets))]
    public void ReadsAsTheReferenceDoesOrKnowsWhyNot(string set)
    {
        var folder = TestMail.Folder;
        var unexpected = new List<string>();
        foreach (var line in File.ReadLines(Path.Combine(folder, set + ".reference.jsonl")))
        {
            using var json = JsonDocument.Parse(line);
            var file = $"{set}/{json.RootElement.GetProperty("file").GetString()}";
            var message = MimeMessage.Parse(File.ReadAllBytes(Path.Combine(folder, file)));
            var differences = Compare(json.RootElement, message).ToList();
            if (differences.Count > 0 != Known.ContainsKey(file))
            {
                unexpected.Add(differences.Count > 0 ? $"{file}: {string.Join("\n  ", differences)}" : $"{file}: no longer differs");
            }
        }
        Assert.True(unexpected.Count == 0, string.Join("\n", unexpected));
    }

    private static IEnumerable<string> Compare(JsonElement expected, MimeMessage actual)
    {
        if (expected.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String)
        {
            return [];
        }
        var checks = new (string What, string? Expected, string? Actual)[]
        {
            ("subject", expected.GetProperty("subject").GetString(), actual.Subject),
            ("date", expected.GetProperty("date").GetString(), actual.Date?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ")),
            ("message id", expected.GetProperty("message_id").GetString(), actual.MessageId?.Trim('<', '>')),
            ("from", Addresses(expected.GetProperty("from")), Addresses(actual.From)),
            ("to", Addresses(expected.GetProperty("to")), Addresses(actual.To)),
            ("cc", Addresses(expected.GetProperty("cc")), Addresses(actual.Cc)),
            ("text", expected.GetProperty("text_sha256_trim").GetString(), Hash(actual.TextBody)),
            ("html", expected.GetProperty("html_sha256_trim").GetString(), Hash(actual.HtmlBody)),
        };
        return checks.Where(c => (c.Expected ?? "") != (c.Actual ?? "")).Select(c => $"{c.What}: {c.Expected} or {c.Actual}")
            .Concat(CompareLeaves([.. expected.GetProperty("leaves").EnumerateArray()], [.. Leaves(actual)]))
            .Concat(CompareAttachments(expected.GetProperty("attachments"), actual));
    }

    private static IEnumerable<string> CompareLeaves(JsonElement[] expected, MimePart[] actual)
    {
        if (expected.Length != actual.Length)
        {
            yield return $"leaves: {expected.Length} or {actual.Length}";
            yield break;
        }
        foreach (var (theirs, ours) in expected.Zip(actual))
        {
            var (described, seen) = (Describe(theirs), $"{ours.ContentType} \"{ours.FileName}\" {ours.Disposition}");
            if (described != seen)
            {
                yield return $"leaf: {described} or {seen}";
            }
            // A nested message is compared by its own leaves: the reference writes its header anew.
            if (ours.Message is null && !HashesOf(theirs).Intersect(HashesOf(ours)).Any())
            {
                yield return $"content of {seen}: {theirs.GetProperty("size").GetInt64()} or {ours.Decode().Length} bytes";
            }
        }
    }

    private static IEnumerable<string> CompareAttachments(JsonElement expected, MimeMessage actual)
    {
        var ours = actual.Attachments.Select(a => $"{a.ContentType} \"{a.FileName}\" {a.Disposition}").ToHashSet();
        return expected.EnumerateArray().Select(Describe).Where(a => !ours.Contains(a)).Select(a => $"attachment missing: {a}");
    }

    private static string Describe(JsonElement leaf) =>
        $"{leaf.GetProperty("content_type").GetString()} \"{leaf.GetProperty("filename").GetString()}\" {leaf.GetProperty("disposition").GetString()}";

    private static IEnumerable<MimePart> Leaves(MimeMessage message) => message.Root.Walk().Where(p => !p.IsMultipart)
        .SelectMany(p => p.Message is { } nested ? Leaves(nested).Prepend(p) : [p]);

    private static IEnumerable<string> HashesOf(JsonElement leaf) => new[] { "sha256", "sha256_lf", "sha256_lf_trim" }
        .Where(k => leaf.TryGetProperty(k, out _)).Select(k => leaf.GetProperty(k).GetString()!);

    private static string[] HashesOf(MimePart leaf)
    {
        var bytes = leaf.Decode();
        var lines = Encoding.Latin1.GetString(bytes).Replace("\r\n", "\n");
        return [Hash(bytes), Hash(Encoding.Latin1.GetBytes(lines)), Hash(Encoding.Latin1.GetBytes(lines.TrimEnd()))];
    }

    private static string Addresses(JsonElement list) =>
        string.Join(" | ", list.EnumerateArray().Select(a => $"{a.GetProperty("name").GetString()}<{a.GetProperty("address").GetString()}>"));

    private static string Addresses(AddressList list) => string.Join(" | ", list.Select(a => $"{a.Name}<{a.Address}>"));

    private static string? Hash(string? text) =>
        text is null ? null : Hash(Encoding.UTF8.GetBytes(text.Replace("\r\n", "\n").Replace('\r', '\n').TrimEnd()));

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
