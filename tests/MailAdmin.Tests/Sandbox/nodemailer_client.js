// nodemailer against `serve`: prints OK when all that it tried held.
// usage: nodemailer_client.js PORT CERTIFICATE MAILBOX RECIPIENT TOKEN_FILE
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const nodemailer = require(path.join(__dirname, '..', '..', 'npm', 'node_modules', 'nodemailer'));

const [port, certificate, mailbox, recipient, tokenFile] = process.argv.slice(2);
const transport = accessToken => nodemailer.createTransport({
    host: 'localhost', port: Number(port), secure: false, requireTLS: true, tls: { ca: fs.readFileSync(certificate) },
    auth: { type: 'OAuth2', user: mailbox, accessToken },
});

(async () => {
    const mailer = transport(fs.readFileSync(tokenFile, 'utf8'));
    await mailer.verify();
    const info = await mailer.sendMail({
        from: mailbox, to: `"Müller, Erika" <${recipient}>`, bcc: 'x@example.com', subject: 'From nodemailer', html: '<p>Grüße</p>',
        attachments: [{ filename: 'größe.txt', content: 'abc' }],
    });
    assert.deepStrictEqual(info.accepted, [recipient, 'x@example.com']);
    assert.match(info.response, /^250 2\.0\.0 OK /);
    await assert.rejects(mailer.sendMail({ from: 'ceo@example.com', to: recipient, text: 'x' }), /554 5\.2\.0 STOREDRV.*SendAsDenied/);
    await assert.rejects(transport('wrong').sendMail({ from: mailbox, to: recipient, text: 'x' }), /535 5\.7\.3 Authentication unsuccessful/);
    console.log('OK');
})().catch(e => { console.error(e); process.exitCode = 1; });
