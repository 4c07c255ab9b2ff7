#!/usr/bin/env python3
"""A service with accounts, as OAuth 2 has them (code flow with PKCE, refresh tokens that rotate), whose tokens mail servers can ask about.

    python3 tests/peers/accounts.py                    prints `PORT <n>`
    python3 tests/peers/smtp.py … --accounts http://127.0.0.1:<n>
    tests/peers/dovecot.sh start DIR http://127.0.0.1:<n>

The client is `annex` with the secret `annex-secret` (basic); the one account is help@mail.example.com, and who comes agrees.
    GET  /agree                 sends the browser back with a code, which is good once
    POST /token                 tokens for a code or a refresh token; a refresh token that is used twice ends the account
    GET  /introspect?token      {"active", "username"}
    POST /__revoke              ends the account, and each token with it
"""

import base64
import hashlib
import secrets
import sys
from urllib.parse import parse_qsl, urlencode

sys.dont_write_bytecode = True
from peer import Peer, run  # noqa: E402

NAME = "help@mail.example.com"
CLIENT = "Basic " + base64.b64encode(b"annex:annex-secret").decode()


class Accounts(Peer):
    def respond(self, request):
        path, server = request["path"], self.server
        with server.lock:
            if path == "/agree":
                return self.agree(request["query"])
            if path == "/token":
                return self.token(request)
            if path == "/introspect":
                active = request["query"].get("token") in server.good
                return 200, {"active": active, "username": NAME} if active else {"active": False}
            if path == "/__revoke":
                return self.end()
        return 404, {"error": "no such page"}

    def agree(self, query):
        wrong = query.get("client_id") != "annex" or query.get("response_type") != "code"
        if wrong or query.get("code_challenge_method") != "S256":
            return 400, {"error": "invalid_request"}
        code = secrets.token_urlsafe(16)
        self.server.codes[code] = (query["code_challenge"], query["redirect_uri"])
        back = f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"
        return 302, b"", [("Location", back)]

    def token(self, request):
        form = dict(parse_qsl(request["body"]))
        if request["headers"].get("authorization") != CLIENT:
            return 401, {"error": "invalid_client"}
        if form.get("grant_type") == "authorization_code":
            challenge, redirect = self.server.codes.pop(form.get("code"), (None, None))
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            right = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == challenge
            if not right or form.get("redirect_uri") != redirect:
                return 400, {"error": "invalid_grant"}
        elif form.get("refresh_token") != self.server.refresh or self.server.refresh is None:
            self.end()
            return 400, {"error": "invalid_grant"}
        access, self.server.refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.server.good.add(access)
        tokens = {"access_token": access, "refresh_token": self.server.refresh}
        return 200, tokens | {"token_type": "Bearer", "expires_in": 3600}

    def end(self):
        self.server.good.clear()
        self.server.refresh = None
        return 200, {"done": True}


def setup(server):
    server.codes, server.good, server.refresh = {}, set(), None


if __name__ == "__main__":
    run(Accounts, setup)
