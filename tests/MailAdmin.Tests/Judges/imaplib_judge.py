"""Python's own IMAP client, told what to do one line of JSON at a time; octets are Latin-1 text."""
import imaplib
import json
import ssl
import sys


def plain(value):
    if isinstance(value, bytes):
        return value.decode('latin-1')
    return [plain(item) for item in value] if isinstance(value, (list, tuple)) else value


imap = None
for line in sys.stdin:
    request = json.loads(line)
    try:
        if 'open' in request:
            place, token = request['open'], request['token']
            context = ssl.create_default_context(cafile=place['certificate'])
            imap = imaplib.IMAP4_SSL('localhost', int(place['port']), ssl_context=context)
            text = f"user={place['user']}\1auth=Bearer {token}\1\1".encode()
            status, data = imap.authenticate('XOAUTH2', lambda _: text)
        else:
            # What is appended is octets.
            arguments = request['arguments']
            if request['call'] == 'append':
                arguments[-1] = arguments[-1].encode('latin-1')
            status, data = getattr(imap, request['call'])(*arguments)
        answer = {'result': plain(data)} if status in ('OK', 'BYE') else {'error': {'message': plain(data)}}
    except imaplib.IMAP4.error as error:
        answer = {'error': {'message': str(error)}}
    print(json.dumps(answer), flush=True)
