"""LogicalDOC's part, played by Python: fetches mail with nothing but the product settings; prints the subjects.

usage: logicaldoc_client.py PROXY_PORT CERTIFICATE SHEET
"""
import email
import email.policy
import http.client
import imaplib
import json
import socket
import ssl
import sys
import urllib.parse

proxy, certificate, settings_file = sys.argv[1:]
with open(settings_file, encoding='utf-8') as lines:
    settings = dict(line.rstrip('\n').split(': ', 1) for line in lines if ': ' in line and line[0] not in '#-')
assert (settings['Protocol'], settings['SSL']) == ('IMAP Microsoft 365', 'Yes'), settings
context = ssl.create_default_context(cafile=certificate)

# Client credentials: what the form's Client ID, Tenant ID and Client Secret are for.
login = http.client.HTTPSConnection('127.0.0.1', int(proxy), context=context)
login.set_tunnel('login.microsoftonline.com', 443)
login.request('POST', f"/{settings['Tenant ID']}/oauth2/v2.0/token", urllib.parse.urlencode({
    'grant_type': 'client_credentials', 'client_id': settings['Client ID'], 'client_secret': settings['Client Secret'],
    'scope': f"https://{settings['Server']}/.default"}), {'Content-Type': 'application/x-www-form-urlencoded'})
token = json.load(login.getresponse())['access_token']


class Tunnelled(imaplib.IMAP4):
    """IMAP over TLS to the host of the product settings, through the sandbox's proxy."""

    def _create_socket(self, timeout):
        plain = socket.create_connection(('127.0.0.1', int(proxy)))
        plain.sendall(f'CONNECT {self.host}:{self.port} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n\r\n'.encode())
        answer = b''
        while not answer.endswith(b'\r\n\r\n'):
            answer += plain.recv(1)
        assert b' 200 ' in answer, answer
        return context.wrap_socket(plain, server_hostname=self.host)


imap = Tunnelled(settings['Server'], int(settings['Port']))
imap.authenticate('XOAUTH2', lambda _: f"user={settings['Username']}\1auth=Bearer {token}\1\1".encode())
assert imap.select('INBOX')[0] == 'OK'
for number in imap.search(None, 'ALL')[1][0].split():
    message = email.message_from_bytes(imap.fetch(number, '(BODY.PEEK[])')[1][0][1], policy=email.policy.default)
    print(message['Subject'] or '')
imap.logout()
