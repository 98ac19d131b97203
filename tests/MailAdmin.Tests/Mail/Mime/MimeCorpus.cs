using System.Text;

namespace MailAdmin.Tests.Mail.Mime;

/// <summary>
/// Messages that show every feature of the format, to mutate; the cases; and those of <see cref="TestMail"/>.
/// </summary>
internal static class MimeCorpus
{
    public static IReadOnlyList<byte[]> Own { get; } = [.. Texts.Select(t => Encoding.Latin1.GetBytes(t.Replace("\n", "\r\n")))];

    public static IEnumerable<byte[]> All => Own.Concat(
        new[]
        {
            Path.Combine(ArchitectureTests.FindRoot(), "tests", "MailAdmin.Tests", "Mail", "Cases"), TestMail.Folder,
            Path.Combine(TestMail.Folder, "..", "cases", "mail"),
        }.Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.eml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            .Select(File.ReadAllBytes));

    private static string[] Texts =>
    [
        "From: a@example.com\nTo: b@example.com\nSubject: plain\nDate: Fri, 4 May 2001 14:05:44 -0400\nMessage-ID: <1@example.com>\n\nHello\n",
        """
        From: =?utf-8?Q?J=C3=B6rg?= <joerg@example.com>
        To: Friends: "A, B" <ab@example.com>, c@example.com (Comment (nested)); undisclosed-recipients:;
        Cc: "john doe"@example.com, <@relay:x@example.com>; d . e @ example . com
        Subject: =?iso-8859-1?Q?caf=E9?= =?utf-8?B?w6TDtg==?= =?utf-8*de?B?w7w=?= tail
        References: <1@example.com> <2@example.com>(c)<3@example.com>
        In-Reply-To: <3@example.com>
        MIME-Version: 1.0 (made by hand)
        Content-Type: multipart/mixed; boundary="outer"

        preamble
        --outer
        Content-Type: multipart/related; boundary=outer2; start="<r@x>"; type="text/html"

        --outer2
        Content-Type: multipart/alternative; boundary="alt"

        --alt
        Content-Type: text/plain; charset=iso-8859-15; format=flowed
        Content-Transfer-Encoding: quoted-printable

        10 =A4 for a caf=E9 =
        and no more=3D
        --alt
        Content-Type: text/html; charset=utf-8
        Content-Transfer-Encoding: base64
        Content-ID: <r@x>

        PGh0bWw+PGJvZHk+Y2Fmw6k8L2JvZHk+PC9odG1sPg==

        --alt--
        --outer2
        Content-Type: image/png; name="logo.png"
        Content-Transfer-Encoding: base64
        Content-ID: <logo@x>
        Content-Disposition: inline; filename="logo.png"; size=12

        iVBORw0KGgoAAAAN
        --outer2--
        --outer
        Content-Type: application/pdf; name*0*=utf-8'en'R%C3%A9; name*1=sum; name*2*=%C3%A9.pdf
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment; filename="=?utf-8?Q?R=C3=A9sum=C3=A9.pdf?="

        JVBERi0xLjQKJeLjz9MK
        --outer
        Content-Type: message/rfc822
        Content-Disposition: attachment

        From: inner@example.com
        Subject: inner
        Content-Type: multipart/digest; boundary=dig

        --dig

        Subject: first

        one
        --dig

        Subject: second

        two
        --dig--
        --outer--
        epilogue
        """,
        """
        From: c@example.com
        Subject: calendar and TNEF
        Content-Type: multipart/mixed; boundary=b1

        --b1
        Content-Type: text/calendar; method=REQUEST; charset="utf-8"

        BEGIN:VCALENDAR
        END:VCALENDAR
        --b1
        Content-Type: application/ms-tnef; name="winmail.dat"
        Content-Transfer-Encoding: x-uuencode

        begin 644 ../../winmail.dat
        #0V%T
        `
        end
        --b1
        Content-Type: message/external-body; access-type=anon-ftp; site="example.com"; name="/etc/passwd"

        Content-Type: text/plain

        --b1
        Content-Type: message/partial; id="x@y"; number=1; total=2

        Subject: part one
        --b1--
        """,
        """
        From: s@example.com
        Subject: =?gb2312?B?xOO6ww==?= =?iso-2022-jp?B?GyRCJCIbKEI=?= =?shift_jis?Q?=82=A0?=
        Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary=sig

        --sig
        Content-Type: text/plain; charset=us-ascii

        signed
        --sig
        Content-Type: application/pkcs7-signature; name=smime.p7s
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment; filename=smime.p7s

        MIIBAAYJKoZIhvcNAQcC
        --sig--
        """,
        "From x@example.com Fri May  4 14:05:44 2001\nSubject : broken\nno field at all\nX-Empty:\nContent-Type: multipart/mixed\n\n--guess\n\none\n--guess\n--guess\nContent-Type: text/html\n<p>two\n",
        "Content-Type: text/plain; charset=utf-16; name=a b.txt; name=\"c\\d.txt\"; filename*=''%zz\nContent-Transfer-Encoding: 8bit\n\n\u00ff\u00feH\u0000i\u0000",
    ];
}
