// How the tests drive a client from npm: one request a line on standard input, one answer a line on standard output, both JSON.
import readline from 'node:readline';

function say(answer) {
    process.stdout.write(`${JSON.stringify(answer, (_, value) => plain(value))}\n`);
}

// What JSON has no word for.
function plain(value) {
    if (value instanceof Map) {
        return Object.fromEntries(value);
    }

    if (value instanceof Set) {
        return [...value];
    }

    if (typeof value === 'bigint') {
        return Number(value);
    }

    return value?.type === 'Buffer' ? Buffer.from(value.data).toString('base64') : value;
}

/** Answers each request with what `handle` gives, or with its error; what the client says in between goes through `tell`. */
export async function serve(handle) {
    const tell = said => say({ said });
    for await (const line of readline.createInterface({ input: process.stdin })) {
        try {
            say({ result: await handle(JSON.parse(line), tell) ?? null });
        } catch (error) {
            const { message, name, code, errorCode, statusCode, authenticationFailed } = error.error ?? error;
            say({ error: { message: message ?? String(error), name, code: errorCode ?? code, statusCode, authenticationFailed } });
        }
    }

    process.exit(0);
}
