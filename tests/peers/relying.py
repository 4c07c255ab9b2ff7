#!/usr/bin/env python3
"""The service of an add-on, as its author would write it with a library of others: Authlib (Python) or openid-client (npm).
Each of them judges what the host's issuer says.

    python3 tests/peers/relying.py authlib|openid-client < GIVEN > FOUND

GIVEN: {"url": the host, "credentials": as `annex issuer credentials` prints them, "redirect_uri", "email", "password"}: of an
operator who uses the add-on. FOUND, when nothing was wrong: {"subjects of tokens of its own by method", "claims" of the ID token,
"userinfo", "tickets": the status of the API with the operator's token, "active" before and after the token was revoked,
"end_session": where its logout leads}.
"""

import json
import os
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import peer_env  # noqa: E402

peer_env.need("authlib")
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # loopback

import requests  # noqa: E402
from authlib.integrations.requests_client import OAuth2Session  # noqa: E402
from authlib.oauth2.rfc7523 import PrivateKeyJWT  # noqa: E402
from authlib.oidc.core import CodeIDToken  # noqa: E402
from joserfc import jwt  # noqa: E402
from joserfc.jwk import ECKey, KeySet  # noqa: E402

SCOPE = "openid email profile tickets.view"
VERIFIER = "v" * 43


def signed_in(given):
    """A browser of the operator."""
    browser = requests.Session()
    form = {"email": given["email"], "password": given["password"], "next": "/"}
    answer = browser.post(given["url"] + "/sign-in", data=form, headers={"sec-fetch-site": "same-origin"}, timeout=30)
    answer.raise_for_status()
    return browser


def own_tokens(given, document):
    """What a token of the service's own opens, by each way to prove itself."""
    credentials, found = given["credentials"], {}
    key = ECKey.import_key(credentials["private_key_jwk"])
    endpoint = document["token_endpoint"]
    for method in ("client_secret_basic", "client_secret_post", "private_key_jwt"):
        secret = key if method == "private_key_jwt" else credentials["client_secret"]
        session = OAuth2Session(credentials["client_id"], secret, token_endpoint_auth_method=method)
        claims = {"exp": int(time.time()) + 60}
        session.register_client_auth_method(PrivateKeyJWT(endpoint, claims=claims, alg="ES256"))
        session.fetch_token(endpoint, grant_type="client_credentials")
        found[method] = session.get(given["url"] + "/api/v1/tickets", timeout=30).status_code
    return found


def authlib(given, browser):
    issuer, credentials = given["url"] + "/oauth", given["credentials"]
    document = requests.get(issuer + "/.well-known/openid-configuration", timeout=30).json()
    assert document["issuer"] == issuer, document
    found = {"own": own_tokens(given, document)}
    session = OAuth2Session(credentials["client_id"], credentials["client_secret"], scope=SCOPE,
                            redirect_uri=given["redirect_uri"], code_challenge_method="S256",
                            revocation_endpoint_auth_method="client_secret_basic")
    url, state = session.create_authorization_url(document["authorization_endpoint"], code_verifier=VERIFIER, nonce="n1")
    location = browser.get(url, allow_redirects=False, timeout=30).headers["location"]
    token = session.fetch_token(document["token_endpoint"], authorization_response=location, state=state,
                                code_verifier=VERIFIER)
    keys = KeySet.import_key_set(requests.get(document["jwks_uri"], timeout=30).json())
    decoded = jwt.decode(token["id_token"], keys, algorithms=["RS256"])
    expected = {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": credentials["client_id"]}}
    claims = CodeIDToken(decoded.claims, decoded.header, expected, {"nonce": "n1", "client_id": credentials["client_id"]})
    claims.validate()
    found["claims"] = dict(claims)
    found["userinfo"] = session.get(document["userinfo_endpoint"], timeout=30).json()
    found["tickets"] = session.get(given["url"] + "/api/v1/tickets", timeout=30).status_code
    access = token["access_token"]
    active = [session.introspect_token(document["introspection_endpoint"], token=access).json()["active"]]
    session.revoke_token(document["revocation_endpoint"], token=access).raise_for_status()
    active.append(session.introspect_token(document["introspection_endpoint"], token=access).json()["active"])
    found["active"] = active
    leave = {"id_token_hint": token["id_token"], "post_logout_redirect_uri": given["redirect_uri"], "state": "s2"}
    found["end_session"] = ended(browser, requests.Request("GET", document["end_session_endpoint"], params=leave).prepare().url)
    return found


def ended(browser, url):
    """Where the operator is led who agrees to sign out."""
    asks = browser.get(url, timeout=30)
    asks.raise_for_status()
    done = browser.post(url, headers={"sec-fetch-site": "same-origin"}, timeout=30)
    return done.headers["refresh"].split("url=", 1)[1]


def openid_client(given, browser):
    modules, node = peer_env.folder() / "npm" / "node_modules", shutil.which("node")
    if node is None or not (modules / "openid-client").exists():
        sys.exit("relying.py: no Node.js or no openid-client here; run tests/peers/setup.sh npm")
    cookie = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies)
    run = [node, str(peer_env.HERE / "oidc" / "relying.mjs"), str(modules)]
    told = json.dumps({**given, "cookie": cookie, "scope": SCOPE})
    answer = subprocess.run(run, input=told, stdout=subprocess.PIPE, text=True, check=True, timeout=120)
    found = json.loads(answer.stdout)
    found["end_session"] = ended(browser, found["end_session"])
    return found


def main():
    libraries = {"authlib": authlib, "openid-client": openid_client}
    if len(sys.argv) != 2 or sys.argv[1] not in libraries:
        sys.exit(__doc__)
    given = json.load(sys.stdin)
    print(json.dumps(libraries[sys.argv[1]](given, signed_in(given))))


if __name__ == "__main__":
    main()
