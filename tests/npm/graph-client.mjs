// @microsoft/microsoft-graph-client sends requests: {"token", "method", "path", "query", "body"}; a list comes with all its pages
// by its own PageIterator, a content as base64, and {"upload"} goes up in slices by its LargeFileUploadTask.
import { Client, LargeFileUploadTask, PageIterator, StreamUpload } from '@microsoft/microsoft-graph-client';
import { Readable } from 'node:stream';
import { EnvHttpProxyAgent, setGlobalDispatcher } from 'undici';
import { serve } from './judge.mjs';

setGlobalDispatcher(new EnvHttpProxyAgent());

await serve(async ({ token, method, path, query, body, pages, upload }) => {
    const client = Client.init({ authProvider: done => done(null, token) });
    if (upload) {
        const content = Buffer.from(upload, 'base64');
        const session = await LargeFileUploadTask.createUploadSession(client, path, body);
        const file = new StreamUpload(Readable.from(content, { objectMode: false, highWaterMark: 64 * 1024 }), body.AttachmentItem.name, content.length);
        const task = new LargeFileUploadTask(client, file, session, { rangeSize: 1024 * 1024 });
        return { location: (await task.upload()).location };
    }

    const request = client.api(path).query(query ?? {});
    if (path.endsWith('/$value')) {
        return Buffer.from(await request.responseType('arraybuffer').get());
    }

    const answer = await request[method](body);
    if (!pages) {
        return answer;
    }

    const all = [];
    await new PageIterator(client, answer, item => all.push(item)).iterate();
    return all;
});
