#!/usr/bin/env python3
"""A publisher's service: hears events, whose signatures it checks with PyPI's `standardwebhooks`, misbehaves when told, and does at
help desks what its publisher sells (publisher_client.py).

    python3 tests/peers/publisher.py                      prints `PORT <n>`
    annex serve … --egress-override hooks.annex.example=http://127.0.0.1:<n>

`PUT /__secrets` takes a JSON array of the `whsec_…` and the `whpk_…` that it knows; an event that none of the first signed, or
whose `v1a` is not by one of the others, where it knows some, is answered with 401.
`PUT /__answers` takes a JSON array of what the next events get, one each, before 204 again: a status such as 500 or 410, or
"redirect", "garbage", "drop", "slow"; the last of them stays when it is "down" (503 until other answers are given).
`PUT /__clock` takes how many seconds its clock is ahead, as the host's is.
`GET /__events` answers what was taken with 204, oldest first: the event, with the numbers of the secrets that signed it and whether
the key did.
`POST /__do` takes what it is to do for an installation of which it was told, and answers what came of it:
    {"installation", "deed": "renew", "method": "client_secret_basic" or "private_key_jwt"}    another access token
    {"installation", "deed": "tickets"}                                                        reads the desk's, with that token
    {"installation", "deed": "answer", "answer": {"answer": "accepted"}, "token": null or "annp_…"}   says yes or no to what waits
`GET /sign-in` is where *Open in …* leads, and `GET /signed-in` where the issuer leads back: it answers the claims of the ID token.
`GET /__requests` is the log of all requests; see peer.py.
"""

import base64
import sys
import time
from datetime import datetime, timedelta

sys.dont_write_bytecode = True
import peer_env  # noqa: E402

peer_env.need("standardwebhooks")
import standardwebhooks.webhooks  # noqa: E402
from cryptography.exceptions import InvalidSignature  # noqa: E402
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: E402
from peer import Misbehave, Peer, run  # noqa: E402
from publisher_client import Client  # noqa: E402
from standardwebhooks import Webhook, WebhookVerificationError  # noqa: E402

AHEAD = timedelta()


class Clock(datetime):
    """The time as the library reads it."""

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + AHEAD


standardwebhooks.webhooks.datetime = Clock


class Publisher(Peer):
    def respond(self, request):
        path = request["path"]
        controls = {"/__events": self.taken, "/__clock": self.wind, "/__do": self.act}
        pages = {"/sign-in": self.sign_in, "/signed-in": self.signed_in}
        if path in ("/__secrets", "/__answers") and request["method"] == "PUT":
            with self.server.lock:
                setattr(self.server, path.removeprefix("/__"), request["json"])
            return 200, {}
        return {**controls, **pages}.get(path, self.hear)(request)

    def taken(self, _):
        with self.server.lock:
            return 200, list(self.server.events)

    def wind(self, request):
        global AHEAD
        AHEAD = timedelta(seconds=request["json"])
        return 200, {}

    def hear(self, request):
        server = self.server
        shared = [secret for secret in server.secrets if secret.startswith("whsec_")]
        keys = [secret for secret in server.secrets if secret.startswith("whpk_")]
        signed_by = [number for number, secret in enumerate(shared) if verifies(secret, request)]
        by_key = any(verifies_key(key, request) for key in keys)
        if not signed_by or by_key != bool(keys):
            return 401, {"error": "no secret of ours signed this"}
        event = request["json"]
        with server.lock:
            told = self.next_answer()
            if told == 204:
                server.events.append({**event, "signed_by": signed_by, "by_key": by_key})
                if "installation" in event:
                    server.clients.setdefault(event["installation"], Client(now)).hear(event)
        if told == "redirect":
            return 307, {}, [("Location", "https://elsewhere.example/")]
        if told == "garbage":
            self.wfile.write(b"this is no HTTP\r\n\r\n")
            raise Misbehave("drop")
        if told in ("drop", "slow"):
            raise Misbehave(told)
        return told, b""

    def next_answer(self):
        answers = self.server.answers
        if not answers:
            return 204
        if answers == ["down"]:
            return 503
        return answers.pop(0)

    def act(self, request):
        told = request["json"]
        client = self.server.clients[told["installation"]]
        deeds = {
            "renew": lambda: client.renew(told["method"]),
            "tickets": client.tickets,
            "answer": lambda: client.answer(told["answer"], told["token"]),
        }
        return 200, deeds[told["deed"]]()

    def sign_in(self, request):
        client = self.server.clients.get(request["query"].get("installation"))
        to = client and client.sign_in(request["query"])
        return (302, b"", [("Location", to)]) if to else (400, {"error": "this is no installation of ours"})

    def signed_in(self, request):
        query = request["query"]
        for client in self.server.clients.values():
            if query.get("state") in client.logins:
                return 200, client.signed_in(query)
        return 400, {"error": "nobody is on the way here with this state"}


def now():
    return time.time() + AHEAD.total_seconds()


def verifies(secret, request):
    try:
        Webhook(secret).verify(request["body"], request["headers"])
        return True
    except WebhookVerificationError:
        return False


def verifies_key(key, request):
    """`v1a`, which the library does not know."""
    headers = request["headers"]
    message = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{request['body']}".encode()
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key.removeprefix("whpk_")))
    for signature in headers["webhook-signature"].split():
        if signature.startswith("v1a,"):
            try:
                public.verify(base64.b64decode(signature.removeprefix("v1a,")), message)
                return True
            except InvalidSignature:
                pass
    return False


def main():
    def setup(server):
        server.secrets, server.answers, server.events, server.clients = [], [], [], {}

    run(Publisher, setup)


if __name__ == "__main__":
    main()
