#!/usr/bin/env python3
"""A publisher's service that hears events: checks each signature with PyPI's `standardwebhooks`, and misbehaves when told.

    python3 tests/peers/publisher.py                      prints `PORT <n>`
    annex serve … --egress-override hooks.annex.example=http://127.0.0.1:<n>

`PUT /__secrets` takes a JSON array of the `whsec_…` that it knows; an event that none of them signed is answered with 401.
`PUT /__answers` takes a JSON array of what the next events get, one each, before 204 again: a status such as 500 or 410, or
"redirect", "garbage", "drop", "slow"; the last of them stays when it is "down" (503 until other answers are given).
`GET /__events` answers what was taken with 204, oldest first: the event, with the numbers of the secrets that signed it.
`GET /__requests` is the log of all requests; see peer.py.
"""

import sys

sys.dont_write_bytecode = True
import peer_env  # noqa: E402

peer_env.need("standardwebhooks")
from peer import Misbehave, Peer, run  # noqa: E402
from standardwebhooks import Webhook, WebhookVerificationError  # noqa: E402


class Publisher(Peer):
    def respond(self, request):
        server, path = self.server, request["path"]
        if path in ("/__secrets", "/__answers") and request["method"] == "PUT":
            with server.lock:
                setattr(server, path.removeprefix("/__"), request["json"])
            return 200, {}
        if path == "/__events":
            with server.lock:
                return 200, list(server.events)
        signed_by = [number for number, secret in enumerate(server.secrets) if verifies(secret, request)]
        if not signed_by:
            return 401, {"error": "no secret of ours signed this"}
        with server.lock:
            told = self.next_answer()
            if told == 204:
                server.events.append({**request["json"], "signed_by": signed_by})
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


def verifies(secret, request):
    try:
        Webhook(secret).verify(request["body"], request["headers"])
        return True
    except WebhookVerificationError:
        return False


def main():
    def setup(server):
        server.secrets, server.answers, server.events = [], [], []

    run(Publisher, setup)


if __name__ == "__main__":
    main()
