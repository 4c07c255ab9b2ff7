"""Checks the publisher's service: that it takes what its secrets signed, and misbehaves as told."""

import base64
import hashlib
import hmac
import json
import time
import unittest
import urllib.error
import urllib.request

import peer_env
from test_peers import PeerTest

HAVE_IT = (peer_env.folder() / "venv" / "bin" / "python").exists()
SECRETS = ["whsec_" + base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2)]


def signature(secret, message):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return "v1," + base64.b64encode(hmac.digest(key, message, hashlib.sha256)).decode()


@unittest.skipUnless(HAVE_IT, "standardwebhooks is not installed; see setup.sh")
class Publisher(PeerTest):
    script = "publisher.py"

    def put(self, what, value):
        request = urllib.request.Request(f"{self.url}/__{what}", data=json.dumps(value).encode(), method="PUT")
        urllib.request.urlopen(request, timeout=5).close()

    def post(self, *secrets):
        body, now = b'{"type":"app.installed"}', str(int(time.time()))
        message = b".".join([b"evt_1", now.encode(), body])
        signatures = " ".join(["v1a,AAAA", *(signature(secret, message) for secret in secrets)])
        return self.send(body, {"webhook-id": "evt_1", "webhook-timestamp": now, "webhook-signature": signatures})

    def send(self, body, headers):
        request = urllib.request.Request(f"{self.url}/events", data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code

    def test_what_a_known_secret_signed_is_taken(self):
        self.assertEqual(self.post(SECRETS[0]), 401)
        self.put("secrets", SECRETS)
        self.assertEqual([self.post(SECRETS[1]), self.post(*SECRETS), self.post()], [204, 204, 401])
        self.assertEqual([event["signed_by"] for event in self.get("/__events")[1]], [[1], [0, 1]])

    def test_the_example_of_the_documentation_is_taken_at_its_time_with_both_signatures(self):
        body, at = b'{"test": 2432232314}', 1674087231
        headers = {
            "webhook-id": "evt_019ca8b9-73c0-7000-8000-000000000001",
            "webhook-timestamp": str(at),
            "webhook-signature": "v1,qhiEcIrExO3p1baNS5Jmk3UoMaR+PCb2AL0qsFJgpIE= v1a,w6REjkisYSAt+zVVD/T1WLw1c0crd8Oqb5e"
            "XOJpvtipHicSWppcFrQ6FT/t0XfNs+NmibMm5ob8XJvJOmAC7AQ==",
        }
        shared = "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="
        public, other = "whpk_/RckOFqgx1tk+3jNYC+h2ZH96/drE8WO1wLqyDXp9hg=", "whpk_" + "A" * 43 + "="
        self.put("secrets", [shared, public])
        self.assertEqual(self.send(body, headers), 401, "it is old")
        self.put("clock", at - int(time.time()))
        self.assertEqual(self.send(body, headers), 204)
        self.put("secrets", [shared, other])
        self.assertEqual(self.send(body, headers), 401, "by another key")
        self.assertEqual([event["by_key"] for event in self.get("/__events")[1]], [True])

    def test_who_comes_from_nowhere_is_sent_back(self):
        self.assertEqual(self.get("/sign-in?iss=http%3A%2F%2F127.0.0.1&installation=1")[0], 400)
        self.assertEqual(self.get("/signed-in?code=c&state=s&iss=http%3A%2F%2F127.0.0.1")[0], 400)

    def test_it_answers_as_told(self):
        self.put("secrets", SECRETS)
        self.put("answers", [410, 204, "down"])
        self.assertEqual([self.post(SECRETS[0]) for _ in range(4)], [410, 204, 503, 503])
        self.put("answers", ["drop", "garbage"])
        for _ in range(2):
            with self.assertRaises(Exception):
                self.post(SECRETS[0])
        self.assertEqual(len(self.get("/__events")[1]), 1)


if __name__ == "__main__":
    unittest.main()
