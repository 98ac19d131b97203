namespace MailAdmin.Core.Mail;

/// <summary>Media types by file extension, which recipients' programs use to open an attachment.</summary>
/// <remarks>https://www.iana.org/assignments/media-types</remarks>
internal static class MediaTypes
{
    private const string Office = "application/vnd.openxmlformats-officedocument.";

    private static readonly Dictionary<string, string> ByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".txt"] = "text/plain", [".log"] = "text/plain", [".csv"] = "text/csv", [".html"] = "text/html", [".htm"] = "text/html",
        [".ics"] = "text/calendar", [".md"] = "text/markdown", [".xml"] = "application/xml", [".json"] = "application/json",
        [".pdf"] = "application/pdf", [".zip"] = "application/zip", [".gz"] = "application/gzip", [".rtf"] = "application/rtf",
        [".doc"] = "application/msword", [".xls"] = "application/vnd.ms-excel", [".ppt"] = "application/vnd.ms-powerpoint",
        [".docx"] = Office + "wordprocessingml.document", [".xlsx"] = Office + "spreadsheetml.sheet",
        [".pptx"] = Office + "presentationml.presentation", [".eml"] = "message/rfc822", [".p7m"] = "application/pkcs7-mime",
        [".p7s"] = "application/pkcs7-signature",
        [".png"] = "image/png", [".jpg"] = "image/jpeg", [".jpeg"] = "image/jpeg", [".gif"] = "image/gif",
        [".svg"] = "image/svg+xml",
        [".tif"] = "image/tiff", [".tiff"] = "image/tiff", [".mp3"] = "audio/mpeg", [".mp4"] = "video/mp4",
    };

    public static string OfFile(string path) =>
        ByExtension.GetValueOrDefault(Path.GetExtension(path), "application/octet-stream");
}
