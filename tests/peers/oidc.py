#!/usr/bin/env python3
"""A foreign OIDC issuer (npm oidc-provider) that asks for PKCE, and misbehaves on demand: an issuer that is not ours.

    python3 tests/peers/oidc.py                                        prints `PORT <n>`; the issuer is http://127.0.0.1:<n>
    annex serve … --billing-issuer http://127.0.0.1:<n> --billing-client-id annex --billing-client-secret annex-secret

Clients: `annex` with the secret `annex-secret` (basic), and `annex-public` without one. Redirects go to any address on
loopback whose path ends with `/callback`. Accounts: `ada` and `bob`, who hold no desk until told. The claims of the ID token
are `sub`, `email`, `email_verified`, `name` and `annex_desks`, a list of desk ids.

A browser logs in with the form (a field `account`), or without asking when /_control/login says who. Control, all JSON:
    PUT    /_control/accounts/<sub>   {"email", "name", "annex_desks": ["<desk id>"]}; what is left out stays
    POST   /_control/login            {"account": "ada"}: every login is hers from now on; null: the form again
    POST   /_control/authorize        {"url": "<the whole authorization URL>"} -> {"location"}: a browser that logs in, and
                                      where it is sent at the end
    POST   /_control/mode             {"mode": "…", "times": 1}; times 0 is always; mode null behaves again
    GET    /__requests                method and path of every request
Modes; tokens are signed with the issuer's key, and all else in them is right, unless said:
    wrong-nonce, no-nonce, wrong-audience, extra-audience, wrong-issuer, expired, issued-in-future, other-subject (between
    ID token and userinfo), wrong-key, unsigned (alg none), hs256 (signed with the client secret), no-desks (claim left out)
    wrong-state, wrong-iss (RFC 9207), replayed-code (a code that was used before), error (access_denied)
    wrong-discovery (the document names another issuer), token-500, token-slow, token-garbage
"""

import os
import shutil
import sys

sys.dont_write_bytecode = True
import peer_env  # noqa: E402


def main():
    modules = peer_env.folder() / "npm" / "node_modules"
    node = shutil.which("node")
    if node is None or not (modules / "oidc-provider").exists():
        sys.exit("oidc.py: no Node.js or no oidc-provider here; run tests/peers/setup.sh npm")
    os.execv(node, [node, str(peer_env.HERE / "oidc" / "server.mjs"), str(modules)])


if __name__ == "__main__":
    main()
