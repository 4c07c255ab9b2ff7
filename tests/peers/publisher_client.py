"""What the service of `publisher.py` does at help desks, as its author would write it with Authlib: it gets tokens with the client
that came with `app.installed`, reads tickets, answers what waits for its word, and signs operators in.
"""

import os
import secrets
from urllib.parse import urlencode

import peer_env

peer_env.need("authlib")
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # loopback

import requests  # noqa: E402
from authlib.integrations.base_client.errors import OAuthError  # noqa: E402
from authlib.integrations.requests_client import OAuth2Session  # noqa: E402
from authlib.oauth2.rfc7523 import PrivateKeyJWT  # noqa: E402
from authlib.oidc.core import CodeIDToken  # noqa: E402
from joserfc import jwt  # noqa: E402
from joserfc.jwk import ECKey, KeySet  # noqa: E402

SIGNED_IN = "https://app.annex.example/signed-in"
WAIT = 30


class Client:
    """What the service knows of one installation."""

    def __init__(self, clock):
        self.clock = clock
        self.links = {}
        self.answer_at = None
        self.credentials = None
        self.token = None
        self.logins = {}

    def hear(self, event):
        """Notes what an event tells. Addresses are those of the newest one."""
        self.links = event["links"]
        self.answer_at = event["links"].get("answer", self.answer_at)
        self.credentials = event["data"].get("credentials", self.credentials)

    def issuer(self):
        return self.links["token"].removesuffix("/token")

    def session(self, method="client_secret_basic", **more):
        key = self.credentials["client_secret"]
        if method == "private_key_jwt":
            key = ECKey.import_key(self.credentials["private_key_jwk"])
        session = OAuth2Session(self.credentials["client_id"], key, token_endpoint_auth_method=method, **more)
        claims = {"exp": int(self.clock()) + 60}
        session.register_client_auth_method(PrivateKeyJWT(self.links["token"], claims=claims, alg="ES256"))
        return session

    def renew(self, method):
        """Another token: what it opens, or why there is none."""
        try:
            found = self.session(method).fetch_token(self.links["token"], grant_type="client_credentials")
        except OAuthError as error:
            return {"error": error.error}
        self.token = found["access_token"]
        return {"scope": found["scope"], "expires_in": found["expires_in"]}

    def tickets(self):
        """What the API answers to the token that it has."""
        asked = requests.get(self.links["root"] + "api/v1/tickets", headers=bearer(self.token), timeout=WAIT)
        items = asked.json().get("items", []) if asked.ok else []
        return {"status": asked.status_code, "subjects": [item["subject"] for item in items]}

    def answer(self, answer, token):
        """Says yes or no to what waits. Without a token of the publisher: with that of the installation."""
        asked = requests.post(self.answer_at, json=answer, headers=bearer(token or self.token), timeout=WAIT)
        return {"status": asked.status_code, "code": asked.json()["code"] if asked.content else None}

    def sign_in(self, query):
        """Where an operator is sent who pressed *Open in …*; None for whoever comes from another issuer."""
        if query.get("iss") != self.issuer():
            return None
        state, login = secrets.token_urlsafe(), {"nonce": secrets.token_urlsafe(), "verifier": secrets.token_urlsafe(48)}
        self.logins[state] = login
        session = self.session(scope="openid email profile", redirect_uri=SIGNED_IN, code_challenge_method="S256")
        ask = {"state": state, "nonce": login["nonce"], "code_verifier": login["verifier"], "login_hint": query["login_hint"]}
        return session.create_authorization_url(self.links["authorization"], **ask)[0]

    def signed_in(self, query):
        """Who it is that comes back; the claims of a token that holds."""
        login = self.logins.pop(query["state"])
        if query["iss"] != self.issuer():
            raise ValueError("the answer is another issuer's")
        session = self.session(redirect_uri=SIGNED_IN, state=query["state"])
        token = session.fetch_token(
            self.links["token"],
            authorization_response=f"{SIGNED_IN}?{urlencode(query)}",
            code_verifier=login["verifier"],
        )
        document = requests.get(self.issuer() + "/.well-known/openid-configuration", timeout=WAIT).json()
        keys = KeySet.import_key_set(requests.get(document["jwks_uri"], timeout=WAIT).json())
        decoded = jwt.decode(token["id_token"], keys, algorithms=["RS256"])
        client_id = self.credentials["client_id"]
        expected = {name: {"essential": True, "value": value} for name, value in (("iss", self.issuer()), ("aud", client_id))}
        params = {"nonce": login["nonce"], "client_id": client_id}
        claims = CodeIDToken(decoded.claims, decoded.header, expected, params)
        claims.validate(now=int(self.clock()), leeway=5)
        return dict(claims)


def bearer(token):
    return {"Authorization": f"Bearer {token}"}
