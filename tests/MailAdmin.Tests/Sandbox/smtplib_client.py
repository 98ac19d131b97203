"""Python's own SMTP client against `serve`: prints OK when all that it tried held.

usage: smtplib_client.py PORT CERTIFICATE MAILBOX RECIPIENT TOKEN_FILE
"""
import base64
import smtplib
import ssl
import sys
from email.message import EmailMessage

port, certificate, mailbox, recipient, token_file = sys.argv[1:]
token = open(token_file).read()
context = ssl.create_default_context(cafile=certificate)


def connect():
    smtp = smtplib.SMTP('localhost', int(port))
    smtp.ehlo()
    assert not smtp.has_extn('auth') and smtp.has_extn('starttls')
    assert smtp.mail(mailbox)[0] == 451
    smtp.starttls(context=context)
    smtp.ehlo()
    assert smtp.esmtp_features['size'] == '157286400' and 'XOAUTH2' in smtp.esmtp_features['auth']
    return smtp


def answer(secret):
    return lambda challenge=None: f'user={mailbox}\1auth=Bearer {secret}\1\1'


smtp = connect()
smtp.auth('XOAUTH2', answer(token), initial_response_ok=False)
message = EmailMessage()
message['From'], message['To'], message['Subject'] = mailbox, recipient, 'From smtplib'
message.set_content('.\n..two\nGrüße\n', cte='8bit')
message.add_attachment(bytes(range(256)) * 4000, maintype='application', subtype='octet-stream', filename='all.bin')
assert smtp.send_message(message) == {}
try:
    smtp.sendmail(mailbox, [recipient], 'From: ceo@example.com\r\nSubject: x\r\n\r\ny\r\n')
    raise AssertionError('a stranger in From got through')
except smtplib.SMTPDataError as e:
    assert e.smtp_code == 554 and b'SendAsDenied' in e.smtp_error, e
assert smtp.docmd('MAIL', f'FROM:<{mailbox}> SIZE=999999999')[0] == 552
smtp.quit()

stranger = connect()
try:
    stranger.auth('XOAUTH2', answer('wrong'))
    raise AssertionError('a wrong token got in')
except smtplib.SMTPAuthenticationError as e:
    assert e.smtp_code == 535 and e.smtp_error.startswith(b'5.7.3'), e
print('OK')
