// imapflow (npm) against `serve`: prints OK when all that it tried held.
//
// usage: node imapflow_client.js PORT CERTIFICATE MAILBOX TOKEN_FILE MAIL_FOLDER
// imapflow is in tests/npm, where `npm ci` puts it.
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { ImapFlow } = require(path.join(__dirname, '../../npm/node_modules/imapflow'));

const [port, certificate, mailbox, tokenFile, folder] = process.argv.slice(2);
const accessToken = fs.readFileSync(tokenFile, 'utf8');
const originals = fs.readdirSync(folder).filter(name => name.endsWith('.eml')).sort().map(name => fs.readFileSync(path.join(folder, name)));

function open(token) {
    return new ImapFlow({
        host: 'localhost', port: Number(port), secure: true, tls: { ca: fs.readFileSync(certificate) },
        auth: { user: mailbox, accessToken: token }, logger: false,
    });
}

async function read(stream) {
    const chunks = [];
    for await (const chunk of stream) {
        chunks.push(chunk);
    }

    return Buffer.concat(chunks);
}

async function all(iterable) {
    const items = [];
    for await (const item of iterable) {
        items.push(item);
    }

    return items;
}

async function main() {
    const imap = open(accessToken);
    await imap.connect();
    const folders = await imap.list();
    assert(folders.some(f => f.path === 'INBOX' && f.specialUse === '\\Inbox'), JSON.stringify(folders));
    assert(folders.some(f => f.path === 'Deleted Items'), JSON.stringify(folders));
    const status = await imap.status('INBOX', { messages: true, unseen: true, uidNext: true, uidValidity: true });
    assert.equal(status.messages, originals.length);

    let lock = await imap.getMailboxLock('INBOX');
    assert.equal(imap.mailbox.exists, originals.length);
    const messages = await all(imap.fetch('1:*', { uid: true, flags: true, envelope: true, bodyStructure: true, internalDate: true, size: true, headers: ['subject'] }));
    assert.equal(messages.length, originals.length);
    for (const [i, message] of messages.entries()) {
        assert.equal(message.size, originals[i].length);
        assert(message.envelope.from.length > 0 && message.bodyStructure.type && message.internalDate instanceof Date);
        const { content } = await imap.download(String(message.uid), undefined, { uid: true });
        assert((await read(content)).equals(originals[i]), `message ${i}`);
        const whole = await imap.fetchOne(String(message.uid), { source: true }, { uid: true });
        assert(whole.source.equals(originals[i]), `source ${i}`);
    }

    const uids = await imap.search({ seen: false, since: new Date(0), from: '@' }, { uid: true });
    assert.deepEqual(uids, messages.map(m => m.uid));
    assert(await imap.messageFlagsAdd(String(uids[0]), ['\\Seen', '\\Flagged'], { uid: true }));
    assert.deepEqual(await imap.search({ seen: true, flagged: true }, { uid: true }), [uids[0]]);

    assert((await imap.mailboxCreate(['Erledigt & mehr', 'Größe'])).created);
    const target = 'Erledigt & mehr/Größe';
    const moved = await imap.messageMove(String(uids[0]), target, { uid: true });
    assert.equal(moved.destination, target);
    assert.equal(moved.uidMap.size, 1);
    assert.equal((await imap.messageCopy(String(uids[1]), target, { uid: true })).uidMap.size, 1);
    assert(await imap.messageDelete(String(uids[1]), { uid: true }));
    assert.equal(imap.mailbox.exists, originals.length - 2);

    const added = await imap.append(target, Buffer.from('Subject: mine\r\n\r\nGr\u00fc\u00dfe\r\n'), ['\\Seen'], new Date(0));
    assert.equal(added.destination, target);
    lock.release();

    // What another connection does is told to one that idles.
    lock = await imap.getMailboxLock(target);
    assert.equal(imap.mailbox.exists, 3);
    const other = open(accessToken);
    await other.connect();
    const news = new Promise(resolve => imap.once('exists', resolve));
    const idling = imap.idle();
    await other.append(target, 'Subject: news\r\n\r\n\r\n');
    assert.equal((await news).count, 4);
    await other.logout();
    await imap.noop();
    await idling;
    const last = await imap.fetchOne('4', { envelope: true, bodyParts: ['header', 'text'] });
    assert.equal(last.envelope.subject, 'news');
    lock.release();

    await imap.mailboxRename(target, 'Fertig');
    assert((await imap.list()).some(f => f.path === 'Fertig'));
    await imap.mailboxDelete('Fertig');
    await imap.logout();

    await assert.rejects(open('wrong').connect(), error => error.authenticationFailed === true);
    console.log('OK');
}

main().then(() => process.exit(0), error => {
    console.log(error.stack || error);
    process.exit(1);
});
