// The few members that CLI for Microsoft 365 touches when it starts.
'use strict';
const client = {
    commonProperties: {},
    context: { keys: {}, tags: {} },
    trackEvent() {},
    trackException() {},
    async flush() {},
};
const setup = new Proxy({}, { get: () => () => setup });
module.exports = { setup: () => setup, defaultClient: client };
