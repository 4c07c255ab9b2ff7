// The issuer of oidc.py: node server.mjs NODE_MODULES. What it can do is described there.

import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { Misbehaviour } from './misbehave.mjs';

// It warns that this is no setting for production.
console.warn = () => {};
const modules = process.argv[2];
const load = (path) => import(pathToFileURL(join(modules, path)));
const { Provider } = await load('oidc-provider/lib/index.js');
const jose = await load('jose/dist/webapi/index.js');

const accounts = new Map([
  ['ada', { email: 'ada@example.com', name: 'Ada', annex_desks: [] }],
  ['bob', { email: 'bob@example.com', name: 'Bob', annex_desks: [] }],
]);
const log = [];
let loggedIn = null;

const server = createServer();
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const issuer = `http://127.0.0.1:${server.address().port}`;

const { privateKey } = await jose.generateKeyPair('RS256', { extractable: true });
const key = { ...(await jose.exportJWK(privateKey)), kid: 'issuer', alg: 'RS256', use: 'sig' };
const misbehaviour = new Misbehaviour(jose, privateKey, issuer);

const client = { redirect_uris: [`${issuer}/callback`], grant_types: ['authorization_code'], response_types: ['code'] };
const provider = new Provider(issuer, {
  clients: [
    { ...client, client_id: 'annex', client_secret: 'annex-secret', token_endpoint_auth_method: 'client_secret_basic' },
    { ...client, client_id: 'annex-public', token_endpoint_auth_method: 'none' },
  ],
  jwks: { keys: [key] },
  cookies: { keys: ['only for tests'] },
  claims: { openid: ['sub', 'annex_desks'], email: ['email', 'email_verified'], profile: ['name'] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Interaction: 600, Session: 600, Grant: 600 },
  findAccount: (_ctx, sub) => {
    const account = accounts.get(sub);
    return account && { accountId: sub, claims: () => ({ sub, email_verified: true, ...account }) };
  },
  // Nobody is asked for consent.
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({ accountId: ctx.oidc.session.accountId, clientId: ctx.oidc.client.clientId });
    grant.addOIDCScope('openid email profile');
    await grant.save();
    return grant;
  },
});
provider.Client.prototype.redirectUriAllowed = (uri) => {
  const parsed = URL.canParse(uri) ? new URL(uri) : null;
  return ['127.0.0.1', 'localhost'].includes(parsed?.hostname) && parsed.pathname.endsWith('/callback');
};
provider.use((ctx, next) => misbehaviour.handle(ctx, next));
const answerAsIssuer = provider.callback();

server.on('request', (request, response) => {
  const url = new URL(request.url, issuer);
  if (!url.pathname.startsWith('/_')) log.push({ method: request.method, path: url.pathname });
  // Each login is a new one: who was logged in before does not matter.
  if (url.pathname === '/auth') delete request.headers.cookie;
  const answer = url.pathname.startsWith('/_') ? control(request, url) : undefined;
  if (answer) return answer.then((value) => send(response, 200, value), (problem) => send(response, 400, { error: `${problem}` }));
  if (url.pathname.startsWith('/interaction/')) return interaction(request, response, url);
  return answerAsIssuer(request, response);
});

async function control(request, url) {
  const body = await text(request);
  const wish = body ? JSON.parse(body) : null;
  if (url.pathname === '/__requests') return log;
  if (url.pathname === '/_control/login') loggedIn = wish?.account ?? null;
  else if (url.pathname === '/_control/mode') misbehaviour.set(wish ?? {});
  else if (url.pathname === '/_control/authorize') return { location: await browse(wish.url) };
  else if (url.pathname.startsWith('/_control/accounts/')) {
    const sub = decodeURIComponent(url.pathname.split('/').pop());
    accounts.set(sub, { email: `${sub}@example.com`, name: sub, annex_desks: [], ...accounts.get(sub), ...wish });
  } else throw new Error('no such control');
  return { done: true };
}

// The page on which people say who they are.
async function interaction(request, response, url) {
  const typed = request.method === 'POST' ? new URLSearchParams(await text(request)).get('account') : null;
  const accountId = typed ?? loggedIn;
  if (accountId && accounts.has(accountId)) {
    return provider.interactionFinished(request, response, { login: { accountId } }).catch((problem) => send(response, 400, { error: `${problem}` }));
  }
  const page = `<!doctype html><html lang="en"><title>Log in</title><form method="post" action="${url.pathname}">
    <label>Account <input name="account" required></label><button>Log in</button></form></html>`;
  response.writeHead(200, { 'content-type': 'text/html' }).end(page);
}

// A browser with cookies: follows redirects as long as they stay here.
async function browse(start) {
  const cookies = new Map();
  let at = start;
  for (let hops = 0; hops < 10; hops += 1) {
    const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
    const answer = await fetch(at, { redirect: 'manual', headers });
    for (const set of answer.headers.getSetCookie()) {
      const [name, value] = set.split(';')[0].split(/=(.*)/s);
      cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    if (!location) throw new Error(`the issuer answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`);
    at = new URL(location, at).href;
    if (!at.startsWith(issuer)) return at;
  }
  throw new Error('too many redirects');
}

async function text(request) {
  let body = '';
  for await (const part of request) body += part;
  return body;
}

function send(response, status, value) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

console.log(`PORT ${server.address().port}`);
