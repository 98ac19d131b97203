"""Python's own IMAP client against `serve`: prints OK when all that it tried held.

usage: imaplib_client.py PORT CERTIFICATE MAILBOX TOKEN_FILE MAIL_FOLDER
"""
import glob
import imaplib
import ssl
import sys

port, certificate, mailbox, token_file, folder = sys.argv[1:]
token = open(token_file).read()
originals = [open(name, 'rb').read() for name in sorted(glob.glob(folder + '/*.eml'))]

context = ssl.create_default_context(cafile=certificate)
imap = imaplib.IMAP4_SSL('localhost', int(port), ssl_context=context)
imap.authenticate('XOAUTH2', lambda _: f'user={mailbox}\1auth=Bearer {token}\1\1'.encode())


def ok(answer):
    assert answer[0] == 'OK', answer
    return answer[1]


assert any(line.endswith(b' INBOX') for line in ok(imap.list()))
assert int(ok(imap.select('INBOX'))[0]) == len(originals)
uids = ok(imap.uid('SEARCH', 'ALL'))[0].split()
assert len(uids) == len(originals)
for uid, original in zip(uids, originals):
    fetched = ok(imap.uid('FETCH', uid, '(RFC822.SIZE ENVELOPE BODYSTRUCTURE BODY.PEEK[])'))
    assert fetched[0][1] == original, uid
assert ok(imap.search(None, 'SEEN')) == [b'']

ok(imap.create('Done'))
ok(imap.uid('MOVE', uids[0], 'Done'))
ok(imap.copy('1', 'Done'))
ok(imap.store('1', '+FLAGS', r'(\Deleted)'))
assert ok(imap.expunge())[-1] == b'1'
assert ok(imap.status('Done', '(MESSAGES)'))[0].endswith(b'(MESSAGES 2)')
ok(imap.append('Done', r'(\Seen)', imaplib.Time2Internaldate(0), b'Subject: mine\r\n\r\nx\r\n'))
assert int(ok(imap.select('Done'))[0]) == 3
assert ok(imap.fetch('3', '(BODY[TEXT])'))[0][1] == b'x\r\n'
ok(imap.close())
imap.logout()

stranger = imaplib.IMAP4_SSL('localhost', int(port), ssl_context=context)
try:
    stranger.authenticate('XOAUTH2', lambda _: f'user={mailbox}\1auth=Bearer wrong\1\1'.encode())
    raise AssertionError('a wrong token got in')
except imaplib.IMAP4.error:
    pass
print('OK')
