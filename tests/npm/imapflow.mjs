// imapflow: {"open": {...}} connects, and {"call", "arguments"} calls one of its functions; what another connection does comes as
// "said". Iterables are read to their end, and a download is its content.
import { ImapFlow } from 'imapflow';
import { serve } from './judge.mjs';

let imap;

await serve(async ({ open, call, get, arguments: given = [] }, tell) => {
    if (open) {
        imap = new ImapFlow({ ...open, logger: false, proxy: process.env.HTTPS_PROXY });
        imap.on('exists', event => tell({ exists: event.count }));
        return imap.connect();
    }

    if (get) {
        return imap[get];
    }

    const answer = call === 'idle' ? void imap.idle() : await imap[call](...given);
    if (answer?.[Symbol.asyncIterator] && !answer.content) {
        const all = [];
        for await (const item of answer) {
            all.push(item);
        }

        return all;
    }

    if (call === 'download') {
        const chunks = [];
        for await (const chunk of answer.content) {
            chunks.push(chunk);
        }

        return Buffer.concat(chunks);
    }

    return answer;
});
