namespace MailAdmin.Tests.Mail.Imap;

/// <summary>What servers say, each in its own way.</summary>
internal static class Transcripts
{
    public const string Dovecot = """
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ AUTH=XOAUTH2] Dovecot ready.
        C: AUTHENTICATE
        S: * CAPABILITY IMAP4rev1 SASL-IR ID ENABLE IDLE SORT ESEARCH LIST-EXTENDED UIDPLUS LIST-STATUS SPECIAL-USE MOVE
        S: A1 OK Logged in
        C: LIST
        S: * LIST (\HasNoChildren \UnMarked \Trash) "/" Trash
        S: * LIST (\NoInferiors \UnMarked) "/" "Entw&APw-rfe &- \"so\\"
        S: * STATUS "Entw&APw-rfe" (MESSAGES 3 UIDNEXT 4 UIDVALIDITY 1715000000 UNSEEN 1 HIGHESTMODSEQ 9)
        S: * LIST () "/" {5}
        S: {3}{5
        S: * LIST () NIL INBOX
        S: A2 OK List completed (0.001 + 0.000 secs).
        C: SELECT
        S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Forwarded NonJunk)
        S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] Flags permitted.
        S: * 172 EXISTS
        S: * 1 RECENT
        S: * OK [UNSEEN 12] First unseen.
        S: * OK [UIDVALIDITY 3857529045] UIDs valid
        S: * OK [UIDNEXT 4392] Predicted next UID
        S: * OK [HIGHESTMODSEQ 9223372036854775807] Highest
        S: A3 OK [READ-WRITE] Select completed {5}
        C: UID SEARCH
        S: * ESEARCH (TAG "A4") UID ALL 1:3,9,4000000000:4294967295
        S: A4 OK Search completed.
        C: UID FETCH
        S: * 23 FETCH (UID 4 FLAGS (\Seen $Forwarded) INTERNALDATE " 7-May-2024 02:44:25 -0700" RFC822.SIZE 44827 MODSEQ (65402) ENVELOPE ("Mon, 6 May 2024 10:00:00 +0200" "IMAP4rev1 \"WG\" mtg" (("Terry Gray" NIL "gray" "cac.washington.edu")) (("Terry Gray" NIL "gray" "cac.washington.edu")) NIL ((NIL NIL "undisclosed-recipients" NIL)(NIL NIL NIL NIL)) NIL NIL NIL {22}
        S: <B27397-0100000@cac>
        S: ) BODYSTRUCTURE (("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 12 1 NIL NIL NIL NIL)("image" "png" ("name" "a.png") "<cid>" NIL "base64" 400 NIL ("attachment" ("filename" "a.png")) NIL NIL) "mixed" ("boundary" "b") NIL NIL NIL))
        S: * 24 FETCH (UID 5 BODY[] {14}
        S: Subject: x
        S:
        S:  FLAGS (\Recent))
        S: * 25 FETCH (BODY[HEADER.FIELDS (SUBJECT "from")] {4}
        S: ab
        S:  BODY[1.MIME]<0> "q\"t" UID 6)
        S: * 26 FETCH (UID 7 BINARY[2]<10> ~{3}
        S: {1} X-GM-LABELS ("\\Inbox" (a (b {2}
        S: xy))) BODY[TEXT] NIL)
        S: * 24 EXPUNGE
        S: * VANISHED (EARLIER) 300:310,405
        S: A5 OK Fetch completed.
        C: IDLE
        S: + idling
        S: * 173 EXISTS
        S: * OK Still here
        S: A6 OK Idle completed.
        C: LOGOUT
        S: * BYE Logging out
        S: A7 OK Logout completed.
        """;

    public const string Exchange = """
        S: * OK The Microsoft Exchange IMAP4 service is ready. [TABPADYAUAAyADYANQBDAEEAMAAzADgAMAAuAEUAVQBS]
        C: CAPABILITY
        S: * CAPABILITY IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS MOVE ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+
        S: A1 OK CAPABILITY completed.
        C: AUTHENTICATE
        S: A2 OK AUTHENTICATE completed.
        C: ID
        S: * ID ("name" "Microsoft.Exchange.Imap4.Imap4Server" "version" "15.20")
        S: A3 OK ID completed
        C: NAMESPACE
        S: * NAMESPACE (("" "/")) NIL NIL
        S: A4 OK NAMESPACE completed.
        C: LIST
        S: * LIST (\HasNoChildren) "/" Calendar/Vereinigte Staaten: Feiertage
        S: * LIST (\HasNoChildren) "/" da	tab
        S: * LIST (\Marked \HasNoChildren) "/" INBOX
        S: A5 OK LIST completed.
        C: SELECT
        S: * 2 EXISTS
        S: * 0 RECENT
        S: * FLAGS (\Seen \Answered \Flagged \Deleted \Draft $MDNSent)
        S: * OK [PERMANENTFLAGS (\Seen \Answered \Flagged \Deleted \Draft $MDNSent)] Permanent flags
        S: * OK [UNSEEN 1] Is the first unseen message
        S: * OK [UIDVALIDITY 14] UIDVALIDITY value
        S: * OK [UIDNEXT 3] The next unique identifier value
        S: A6 OK [READ-WRITE] SELECT completed.
        C: UID SEARCH
        S: * SEARCH 1 2 7 8 9
        S: A7 OK SEARCH completed.
        C: UID FETCH
        S: * 1 FETCH (BODYSTRUCTURE (NIL NIL NIL) UID 1 RFC822.SIZE 100)
        S: * 2 FETCH (BODYSTRUCTURE (("text" "plain" NIL NIL NIL "7bit") "mixed") UID 2 RFC822.SIZE 3)
        S: A8 OK FETCH completed.
        C: UID MOVE
        S: * [COPYUID 14  ] odd
        S: * OK [COPYUID 14 1:2 5,6]
        S: * 1 EXPUNGE
        S: A9 OK [COPYUID 14] MOVE completed.
        C: UID FETCH
        S: A10 BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds
        S: * BYE Connection closed. 14
        """;

    public const string Cyrus = """
        S: * OK [CAPABILITY IMAP4rev1 LITERAL+ ID ENABLE STARTTLS] mail Cyrus IMAP 3.6.1 server ready
        C: NAMESPACE
        S: * NAMESPACE (("INBOX." ".")) (("user." ".")) (("" "."))
        S: A1 OK Completed
        C: LIST
        S: * LIST (\Noinferiors) "." "INBOX"
        S: * LIST (\HasNoChildren) "." "INBOX.Arbeit &- Freizeit"
        S: A2 OK Completed (0.000 secs 3 calls)
        C: UID FETCH
        S: * 1 FETCH (FLAGS (\Recent) UID 1 INTERNALDATE "22-Nov-2025 01:02:03 +0000" RFC822.SIZE 312 BODYSTRUCTURE ("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 6 1 NIL NIL NIL NIL))
        S: * 2 FETCH (FLAGS () body[] {5}
        S: a
        S: b UID 2)
        S: * 3 FETCH (UID 3 BODYSTRUCTURE ("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 300 (NIL "inner" NIL NIL NIL NIL NIL NIL NIL NIL) ("TEXT" "HTML" NIL NIL NIL "7BIT" 5 1) 9 NIL ("INLINE" NIL) NIL NIL))
        S: A3 OK Completed (0.000 sec)
        C: UID SEARCH
        S: * SEARCH
        S: * search 5 4 3 (MODSEQ 12)
        S: A4 OK Completed
        C: STATUS
        S: * STATUS user.b (MESSAGES 1 X-SIZE (1 2) UNSEEN 0)
        S: * NO something minor {7}
        S: * XYZZY unknown data
        S: A5 NO [NONEXISTENT] Mailbox does not exist
        """;

    public static TheoryData<string, string> All => new()
    {
        { nameof(Dovecot), Dovecot }, { nameof(Exchange), Exchange }, { nameof(Cyrus), Cyrus },
    };
}
