#!/usr/bin/env python3
"""Upsales' and Freshdesk's REST APIs v2 as far as contact-sync uses them, in one process, for tests.

    python3 tests/peers/crm.py [--upsales-key KEY] [--freshdesk-key KEY]        prints `PORT <n>`
    annex serve … --egress-override integration.upsales.com=http://127.0.0.1:<n> \\
                  --egress-override acme.freshdesk.com=http://127.0.0.1:<n>

`GET /api/v2/contacts?email=…`: with `token` it is Upsales, else Freshdesk. `/upsales/api/v2/contacts` and
`/freshdesk/api/v2/contacts` say which one in the path. `GET /__requests` is the log of both; see peer.py.

Keys: `up-secret` and `fd-secret`, unless given. `forbidden` is a key without permission (403). Anything else is 401.
Contacts: `ada@example.com` in both (with the same number, written differently), `bob@example.com` only in Upsales,
`carol@example.com` only in Freshdesk, `long@example.com` in both, with long words. Everybody else is in neither.
Misbehaviour, by the e-mail address: `NAME-MODE@…`, where NAME is `upsales`, `freshdesk` or `both`, and MODE is `401`,
`403`, `404`, `429`, `500`, `empty`, `torn` (not the expected JSON), `slow` (no answer for 20 s) or `drop` (connection
closed). The other side then knows the person.
"""

import argparse
import base64
import sys

sys.dont_write_bytecode = True
from peer import Misbehave, Peer, run  # noqa: E402

LONG = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftsch"
UPSALES = {
    "ada@example.com": {
        "id": 7, "name": "Ada Byron", "title": "Countess", "email": "ada@example.com", "phone": "08-123 456 78",
        "cellPhone": "+46 70 111 22 33", "client": {"id": 1, "name": "Analytical AB"},
    },
    "bob@example.com": {
        "id": 8, "name": "Bob Berg", "title": None, "email": "bob@example.com", "phone": "+46 31 700 10 20",
        "cellPhone": None, "client": {"id": 2, "name": "Berg & Co"},
    },
    "long@example.com": {
        "id": 11, "name": LONG, "title": LONG.lower(), "email": "long@example.com", "phone": "+46 8 765 432 10",
        "cellPhone": "+46 70 765 43 21", "client": {"id": 3, "name": LONG + " AB"},
    },
}
FRESHDESK = {
    "ada@example.com": {
        "id": 9, "name": "Ada B.", "job_title": "Mathematician", "email": "ada@example.com",
        "phone": "+46 8 123 456 78", "mobile": None, "other_emails": ["ada@home.example"],
    },
    "carol@example.com": {
        "id": 10, "name": "Carol Clark", "job_title": "Buyer", "email": "carol@example.com", "phone": None,
        "mobile": "+44 20 7946 0000", "other_emails": [],
    },
    "long@example.com": {
        "id": 12, "name": LONG, "job_title": None, "email": "long@example.com", "phone": "+46 8 765 432 10",
        "mobile": None, "other_emails": [f"{LONG[:60].lower()}@home.example"],
    },
}


class Crm(Peer):
    def respond(self, request):
        side, path = which(request)
        if path != "/api/v2/contacts":
            return 404, {"message": "no such resource"}
        if request["method"] != "GET":
            return 405, {"message": "method not allowed"}
        email = request["query"].get("email", "").lower()
        if side == "upsales":
            key, good = request["query"].get("token"), self.server.upsales_key
        else:
            key, good = basic_user(request), self.server.freshdesk_key
        if key == "forbidden":
            return refuse(side, 403, "Forbidden")
        if key != good:
            return refuse(side, 401, "Unauthorized")
        mode = misbehaviour(side, email)
        return failure(side, mode) if mode else contacts(side, email)


def which(request):
    for side in ("upsales", "freshdesk"):
        if request["path"].startswith(f"/{side}/"):
            return side, request["path"][len(side) + 1:]
    return ("upsales" if "token" in request["query"] else "freshdesk"), request["path"]


def basic_user(request):
    scheme, _, encoded = request["headers"].get("authorization", "").partition(" ")
    try:
        user, colon, password = base64.b64decode(encoded).decode().partition(":")
    except ValueError:
        return None
    # Freshdesk's password is fixed: a client that sends another one has not understood.
    return user if scheme == "Basic" and colon and password == "X" else None


def misbehaviour(side, email):
    name, dash, mode = email.partition("@")[0].partition("-")
    return mode if dash and name in (side, "both") else None


def refuse(side, status, text, headers=()):
    if side == "upsales":
        return status, {"error": {"key": text, "msg": text}, "data": None}, headers
    return status, {"code": text.lower(), "message": text}, headers


def failure(side, mode):
    if mode in ("slow", "drop"):
        raise Misbehave(mode)
    if mode == "empty":
        return contacts(side, "nobody@example.com")
    if mode == "torn":
        return 200, "this is not what was expected"
    status = int(mode)
    return refuse(side, status, f"Error {status}", [("Retry-After", "7")] if status == 429 else [])


def contacts(side, email):
    known = UPSALES if side == "upsales" else FRESHDESK
    # The side that does not misbehave knows the person.
    name = email.partition("@")[0]
    if name.startswith(("upsales-", "freshdesk-")):
        found = [{**known["ada@example.com"], "email": email}]
    else:
        found = [known[email]] if email in known else []
    if side == "upsales":
        return 200, {"error": None, "data": found, "metadata": {"total": len(found), "limit": 100, "offset": 0}}
    return 200, found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--upsales-key", default="up-secret")
    parser.add_argument("--freshdesk-key", default="fd-secret")
    args = parser.parse_args()

    def setup(server):
        server.upsales_key = args.upsales_key
        server.freshdesk_key = args.freshdesk_key

    run(Crm, setup)


if __name__ == "__main__":
    main()
