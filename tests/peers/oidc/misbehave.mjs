// What the issuer of oidc.py does wrong on demand: answers of oidc-provider are changed on their way out, and ID tokens
// are signed again, so that only the one thing that a mode names is wrong.

const OF_TOKENS = {
  'wrong-nonce': (claims) => ({ ...claims, nonce: 'somebody-elses' }),
  'no-nonce': ({ nonce, ...claims }) => claims,
  'wrong-audience': (claims) => ({ ...claims, aud: 'another-client' }),
  'extra-audience': (claims) => ({ ...claims, aud: [claims.aud, 'another-client'] }),
  'wrong-issuer': (claims) => ({ ...claims, iss: 'https://issuer.example' }),
  expired: (claims) => ({ ...claims, iat: claims.iat - 7200, exp: claims.iat - 3600 }),
  'issued-in-future': (claims) => ({ ...claims, iat: claims.iat + 7200, exp: claims.exp + 7200 }),
  'other-subject': (claims) => ({ ...claims, sub: 'mallory' }),
  'no-desks': ({ annex_desks, ...claims }) => claims,
  'wrong-key': (claims) => claims,
  unsigned: (claims) => claims,
  hs256: (claims) => claims,
};
const OF_REDIRECTS = ['wrong-state', 'wrong-iss', 'replayed-code', 'error'];
const OF_ANSWERS = ['wrong-discovery', 'token-500', 'token-slow', 'token-garbage'];

export class Misbehaviour {
  constructor(jose, privateKey, issuer) {
    Object.assign(this, { jose, privateKey, issuer, mode: null, times: 0, usedCode: null });
  }

  set({ mode = null, times = 0 }) {
    if (mode !== null && !(mode in OF_TOKENS) && !OF_REDIRECTS.includes(mode) && !OF_ANSWERS.includes(mode)) {
      throw new Error(`no such mode: ${mode}`);
    }
    Object.assign(this, { mode, times });
  }

  // True when the mode is among these; counts it.
  isOn(...modes) {
    if (!modes.includes(this.mode)) return false;
    const mode = this.mode;
    if (this.times > 0 && (this.times -= 1) === 0) this.mode = null;
    return mode;
  }

  async handle(ctx, next) {
    if (ctx.path === '/token' && this.isOn('token-500')) {
      ctx.status = 500;
      ctx.body = { error: 'server_error' };
      return;
    }
    await next();
    if (ctx.path === '/token') await this.atToken(ctx);
    else if (ctx.path.startsWith('/auth')) this.atRedirect(ctx);
    else if (ctx.path === '/.well-known/openid-configuration' && this.isOn('wrong-discovery')) {
      ctx.body = { ...ctx.body, issuer: 'https://issuer.example' };
    }
  }

  async atToken(ctx) {
    if (ctx.status !== 200) return;
    this.usedCode = ctx.oidc?.params?.code ?? this.usedCode;
    if (this.isOn('token-garbage')) {
      ctx.body = '<html>';
      return;
    }
    if (this.isOn('token-slow')) await new Promise((done) => setTimeout(done, 15000).unref());
    const mode = this.isOn(...Object.keys(OF_TOKENS));
    if (mode && ctx.body.id_token) ctx.body = { ...ctx.body, id_token: await this.forged(mode, ctx.body.id_token) };
  }

  async forged(mode, token) {
    const { jose } = this;
    const claims = OF_TOKENS[mode](jose.decodeJwt(token));
    if (mode === 'unsigned') return new jose.UnsecuredJWT(claims).encode();
    if (mode === 'hs256') {
      return new jose.SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode('annex-secret'));
    }
    const key = mode === 'wrong-key' ? (await jose.generateKeyPair('RS256')).privateKey : this.privateKey;
    return new jose.SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'issuer' }).sign(key);
  }

  // The last redirect of the authorization endpoint, back to the client.
  atRedirect(ctx) {
    const to = ctx.response.get('location');
    const location = URL.canParse(to) ? new URL(to) : null;
    if (!location?.searchParams.has('state')) return;
    const query = location.searchParams;
    const mode = this.isOn(...OF_REDIRECTS);
    if (mode === 'wrong-state') query.set('state', 'somebody-elses');
    if (mode === 'wrong-iss') query.set('iss', 'https://issuer.example');
    if (mode === 'replayed-code' && this.usedCode) query.set('code', this.usedCode);
    if (mode === 'error') {
      query.delete('code');
      query.set('error', 'access_denied');
    }
    if (mode) ctx.set('location', location.href);
  }
}
