using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Tests.Mail.Mime;

/// <summary>
/// Our reading of real messages beside MimeKit's. Where the two differ, <see cref="Known"/> says in what, and why; a difference
/// that is not listed fails, and so does a listed one that is gone.
/// </summary>
public class ReferenceTests
{
    private const string OddBase64 =
        "base64 that was cut off: its last two or three characters still hold a byte or two (RFC 4648 section 4), which we keep";

    private const string TextIsShown = "a multipart in which no boundary is found: we show its text rather than nothing";

    private const string TrueCharset = "the charset says ASCII and the text is UTF-8: we read what it is (RFC 6532 section 3.1)";

    private const string Windows1252 =
        "ISO-8859-1 with bytes that it has no letters for: windows-1252, as in browsers (https://encoding.spec.whatwg.org/)";

    private const string RawHeaders = "text/rfc822-headers (RFC 6522 section 4): we give the bytes, the reference writes them anew";

    private static readonly Dictionary<string, (string[] What, string Why)> Known = new()
    {
        ["cpython/msg_14.eml"] = (["text", "leaf"],
            "\"Content-Type: text\" is no type, so it is text (RFC 2045 section 5.2); to the reference it is binary"),
        ["cpython/msg_15.eml"] = (["content"], "\"Some removed base64 encoded chars.\" is not base64: we keep it as it is"),
        ["cpython/msg_17.eml"] = (["text"], TextIsShown),
        ["cpython/msg_25.eml"] = (["text", "leaves"],
            "the boundary parameter is lost: we take the first line that looks like one, and find all parts"),
        ["cpython/msg_31.eml"] = (["text"], TextIsShown),
        ["cpython/msg_35.eml"] = (["text", "content"],
            "no empty line before the body: we start the body where the fields end, the reference drops it"),
        ["cpython/msg_36.eml"] = (["leaves"],
            "message/external-body is left whole: nothing in it is a part of this message (RFC 2046 section 5.2.3)"),
        ["cpython/msg_38.eml"] = (["leaves"],
            "boundaries in the middle of a text: we keep the text between them as a part"),
        ["cpython/msg_39.eml"] = (["text", "content"], OddBase64),
        ["cpython/msg_41.eml"] = (["text"], TextIsShown),
        ["cpython/msg_43.eml"] = (["from", "content"], "\"MAILER DAEMON <>\" keeps its name; " + RawHeaders),
        ["cpython/msg_47.eml"] = (["date", "text", "content"],
            "\"00:01+0000\" is one minute past; no empty line before the bodies, which we keep"),
        ["enmime/low-quality__incorrect-charset.eml"] = (["text"], TrueCharset),
        ["enmime/mail__inlinemultipart.eml"] = (["content"], OddBase64),
        ["enmime/mail__malformed-multiple-address-header-values.eml"] = (["content"], OddBase64),
        ["enmime/mail__mime-bad-content-transfer-encoding.eml"] = (["text", "content"],
            "plain text that claims to be base64: we show it, the reference decodes it to garbage"),
        ["enmime/mail__mime-bad-content-type.eml"] = (["content"], OddBase64),
        ["enmime/mail__mime-blank-media-name.eml"] = (["content"], OddBase64),
        ["enmime/mail__mime-duplicate-param.eml"] = (["content"], OddBase64),
        ["enmime/mail__mime-unquoted-tspecials-param.eml"] = (["content"], OddBase64),
        ["enmime/mail__multipart-wo-boundary.eml"] = (["text"], TextIsShown),
        ["enmime/mail__qp-utf8-header-no-break.eml"] = (["text", "leaves"],
            "no empty line before the first boundary: we find the part, the reference loses it"),
        ["enmime/mail__qp-utf8-header-recursed.eml"] = (["from"],
            "a fold within a name is a blank (RFC 5322 section 2.2.3): no line break comes out of a header"),
        ["rubymail/attachment_emails__attachment_pdf_non_ascii.eml"] = (["text"], Windows1252),
        ["rubymail/attachment_emails__attachment_pdf_non_ascii_lf.eml"] = (["text"], Windows1252),
        ["rubymail/error_emails__bad_encoded_subject.eml"] = (["subject"], OddBase64),
        ["rubymail/error_emails__content_transfer_encoding_7-bit.eml"] = (["text", "html"], Windows1252),
        ["rubymail/error_emails__content_transfer_encoding_plain.eml"] = (["text"], TrueCharset),
        ["rubymail/error_emails__multiple_invalid_content_dispositions.eml"] = (["leaf"],
            "a disposition that is no token is none (RFC 2183 section 2)"),
        ["rubymail/multipart_report_emails__report_422.eml"] = (["content"], RawHeaders),
        ["rubymail/multipart_report_emails__report_530.eml"] = (["content"], RawHeaders),
        ["rubymail/plain_emails__mix_caps_content_type.eml"] = (["from"], "\"Big Bug bb@bug.com\" is an address with a name"),
        ["rubymail/plain_emails__raw_email6.eml"] = (["text"], TrueCharset),
        ["rubymail/rfc2822__example13.eml"] = (["date", "to"],
            "comments and blanks within the time (RFC 5322 section 4.3): we read it; a stray line within To"),
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
            var what = Known.TryGetValue(file, out var known) ? known.What : [];
            var differences = Compare(json.RootElement, message).ToLookup(d => d.Split(' ', ':')[0]);
            unexpected.AddRange(differences.Where(d => !what.Contains(d.Key)).Select(d => $"{file}: {string.Join("\n  ", d)}"));
            unexpected.AddRange(what.Where(w => !differences.Contains(w)).Select(w => $"{file}: {w} no longer differs"));
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

    private static string Addresses(IReadOnlyList<EmailAddress> list) => string.Join(" | ", list.Select(a => $"{a.Name}<{a.Address}>"));

    private static string? Hash(string? text) =>
        text is null ? null : Hash(Encoding.UTF8.GetBytes(text.Replace("\r\n", "\n").Replace('\r', '\n').TrimEnd()));

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
