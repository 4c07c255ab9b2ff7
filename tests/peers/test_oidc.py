"""Checks the issuer: that it asks for PKCE, tells the desks, uses codes once, and misbehaves as asked."""

import base64
import hashlib
import json
import shutil
import unittest
import urllib.error
import urllib.parse
import urllib.request

import peer_env
from test_peers import PeerTest

HAVE_IT = shutil.which("node") and (peer_env.folder() / "npm" / "node_modules" / "oidc-provider").exists()
BACK = "http://127.0.0.1:1/billing/callback"
VERIFIER = "v" * 43


@unittest.skipUnless(HAVE_IT, "oidc-provider is not installed; see setup.sh")
class Oidc(PeerTest):
    script = "oidc.py"

    def setUp(self):
        super().setUp()
        self.send("PUT", "/_control/accounts/ada", {"annex_desks": ["d1"]})
        self.send("POST", "/_control/login", {"account": "ada"})

    def send(self, method, path, value):
        request = urllib.request.Request(self.url + path, json.dumps(value).encode(), method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def authorize(self, **more):
        challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
        query = {"client_id": "annex", "response_type": "code", "scope": "openid email profile", "redirect_uri": BACK,
                 "state": "s1", "nonce": "n1", "code_challenge": challenge, "code_challenge_method": "S256", **more}
        url = f"{self.url}/auth?{urllib.parse.urlencode({name: text for name, text in query.items() if text})}"
        location = self.send("POST", "/_control/authorize", {"url": url})["location"]
        self.assertTrue(location.startswith(BACK), location)
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query))

    def token(self, code, verifier=VERIFIER):
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": verifier}
        basic = base64.b64encode(b"annex:annex-secret").decode()
        request = urllib.request.Request(self.url + "/token", urllib.parse.urlencode(form).encode(),
                                         {"Authorization": f"Basic {basic}"})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, json.load(answer)

    def claims(self, mode=None):
        """`(header, claims)` of an ID token."""
        self.send("POST", "/_control/mode", {"mode": mode, "times": 1})
        status, answer = self.token(self.authorize()["code"])
        self.assertEqual(status, 200, answer)
        return [json.loads(base64.urlsafe_b64decode(part + "==")) for part in answer["id_token"].split(".")[:2]]

    def test_a_login_tells_the_desks(self):
        back = self.authorize()
        self.assertEqual((back["state"], back["iss"]), ("s1", self.url))
        header, claims = self.claims()
        self.assertEqual((claims["sub"], claims["email"], claims["annex_desks"]), ("ada", "ada@example.com", ["d1"]))
        self.assertEqual((claims["nonce"], claims["aud"], claims["iss"], header["alg"]), ("n1", "annex", self.url, "RS256"))

    def test_pkce_is_asked_for_and_checked(self):
        self.assertEqual(self.authorize(code_challenge=None, code_challenge_method=None)["error"], "invalid_request")
        self.assertEqual(self.token(self.authorize()["code"], "w" * 43)[1]["error"], "invalid_grant")

    def test_a_code_is_used_once(self):
        code = self.authorize()["code"]
        self.assertEqual(self.token(code)[0], 200)
        self.assertEqual(self.token(code)[1]["error"], "invalid_grant")
        self.send("POST", "/_control/mode", {"mode": "replayed-code", "times": 1})
        self.assertEqual(self.authorize()["code"], code)
        self.assertNotEqual(self.authorize()["code"], code)

    def test_tokens_are_wrong_in_one_thing(self):
        good = self.claims()[1]
        for mode, name in (("wrong-nonce", "nonce"), ("wrong-audience", "aud"), ("extra-audience", "aud"),
                           ("wrong-issuer", "iss"), ("other-subject", "sub")):
            wrong = self.claims(mode)[1]
            self.assertNotEqual(wrong[name], good[name], mode)
        self.assertNotIn("nonce", self.claims("no-nonce")[1])
        self.assertNotIn("annex_desks", self.claims("no-desks")[1])
        self.assertLess(self.claims("expired")[1]["exp"], good["iat"])
        self.assertEqual([self.claims(mode)[0]["alg"] for mode in ("unsigned", "hs256", "wrong-key")], ["none", "HS256", "RS256"])
        self.assertEqual(self.claims()[1]["nonce"], "n1")

    def test_other_answers_are_wrong(self):
        for mode, name in (("wrong-state", "state"), ("wrong-iss", "iss"), ("error", "error")):
            good = self.authorize()
            self.send("POST", "/_control/mode", {"mode": mode, "times": 1})
            self.assertNotEqual(self.authorize().get(name), good.get(name))
        self.send("POST", "/_control/mode", {"mode": "token-500", "times": 1})
        self.assertEqual(self.token("x")[0], 500)
        self.send("POST", "/_control/mode", {"mode": "wrong-discovery", "times": 1})
        issuers = [self.get("/.well-known/openid-configuration")[1]["issuer"] for _ in range(2)]
        self.assertEqual(issuers, ["https://issuer.example", self.url])
        with self.assertRaises(urllib.error.HTTPError):
            self.send("POST", "/_control/mode", {"mode": "no such"})

    def test_a_browser_may_say_who_it_is(self):
        self.send("POST", "/_control/login", {"account": None})
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
        query = urllib.parse.urlencode({"client_id": "annex-public", "response_type": "code", "scope": "openid", "state": "s",
                                        "redirect_uri": BACK, "code_challenge": challenge, "code_challenge_method": "S256"})
        page = opener.open(f"{self.url}/auth?{query}", timeout=10)
        self.assertIn("name=\"account\"", page.read().decode())
        with self.assertRaises(urllib.error.URLError) as refused:
            # Nobody listens at the end of the redirects.
            opener.open(page.url, b"account=bob", timeout=10)
        self.assertIn("refused", str(refused.exception))


if __name__ == "__main__":
    unittest.main()
