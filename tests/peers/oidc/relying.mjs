// The service of an add-on, written with npm's openid-client; see relying.py, which starts it.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const modules = process.argv[2];
const client = await import(pathToFileURL(`${modules}/openid-client/build/index.js`));
const given = JSON.parse(readFileSync(0, 'utf8'));
const { client_id: id, client_secret: secret, private_key_jwk: jwk } = given.credentials;
const issuer = new URL(`${given.url}/oauth`);
const insecure = { execute: [client.allowInsecureRequests] }; // loopback
const known = (proof) => client.discovery(issuer, id, undefined, proof, insecure);
const tickets = async (config, token) =>
  (await client.fetchProtectedResource(config, token, new URL(`${given.url}/api/v1/tickets`), 'GET')).status;

const key = await crypto.subtle.importKey('jwk', { ...jwk, key_ops: ['sign'] }, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
const proofs = {
  client_secret_basic: client.ClientSecretBasic(secret),
  client_secret_post: client.ClientSecretPost(secret),
  private_key_jwt: client.PrivateKeyJwt({ key, kid: jwk.kid }),
};
const own = {};
for (const [method, proof] of Object.entries(proofs)) {
  const config = await known(proof);
  own[method] = await tickets(config, (await client.clientCredentialsGrant(config)).access_token);
}

const config = await known(proofs.private_key_jwt);
const pkceCodeVerifier = client.randomPKCECodeVerifier();
const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()];
const url = client.buildAuthorizationUrl(config, {
  redirect_uri: given.redirect_uri,
  scope: given.scope,
  state: expectedState,
  nonce: expectedNonce,
  code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
  code_challenge_method: 'S256',
});
const sent = await fetch(url, { redirect: 'manual', headers: { cookie: given.cookie } });
const back = new URL(sent.headers.get('location'));
const tokens = await client.authorizationCodeGrant(config, back, { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true });
const claims = tokens.claims();
const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
const opened = await tickets(config, tokens.access_token);
const active = [(await client.tokenIntrospection(config, tokens.access_token)).active];
await client.tokenRevocation(config, tokens.access_token);
active.push((await client.tokenIntrospection(config, tokens.access_token)).active);
const end = client.buildEndSessionUrl(config, {
  id_token_hint: tokens.id_token,
  post_logout_redirect_uri: given.redirect_uri,
  state: 's2',
});
console.log(JSON.stringify({ own, claims, userinfo, tickets: opened, active, end_session: end.href }));
