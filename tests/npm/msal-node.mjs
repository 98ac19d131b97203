// @azure/msal-node signs in: {"tenant", "clientId", "secret" or "certificate" and "privateKey", "scopes"}, or with neither as a
// person by a device code. fetch takes HTTPS_PROXY from undici's agent; from Node 24 on, NODE_USE_ENV_PROXY=1 does the same.
import { ConfidentialClientApplication, PublicClientApplication } from '@azure/msal-node';
import { EnvHttpProxyAgent, setGlobalDispatcher } from 'undici';
import { serve } from './judge.mjs';

setGlobalDispatcher(new EnvHttpProxyAgent());
const people = new Map();

await serve(async ({ tenant, clientId, secret, certificate, scopes, refresh }, tell) => {
    const auth = { clientId, authority: `https://login.microsoftonline.com/${tenant}` };
    if (secret || certificate) {
        const credential = secret ? { clientSecret: secret } : { clientCertificate: certificate };
        return new ConfidentialClientApplication({ auth: { ...auth, ...credential } }).acquireTokenByClientCredential({ scopes });
    }

    if (refresh) {
        const person = people.get(clientId);
        const [account] = await person.getTokenCache().getAllAccounts();
        return person.acquireTokenSilent({ account, scopes, forceRefresh: true });
    }

    const person = new PublicClientApplication({ auth });
    people.set(clientId, person);
    return person.acquireTokenByDeviceCode({ scopes, deviceCodeCallback: tell });
});
