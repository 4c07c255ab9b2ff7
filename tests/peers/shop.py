#!/usr/bin/env python3
"""A shop's API as the add-on `orders` uses it, for tests and to try it.

    python3 tests/peers/shop.py [--token TOKEN]        prints `PORT <n>`
    annex serve … --egress-override acme.shops.example=http://127.0.0.1:<n>

    GET  /api/v1/shop                         {"name"}, without a token
    GET  /api/v1/orders?email&sort&limit&cursor
                                              {"orders", "previous", "next", "total"}; sort: placed or total, with - the highest first
    GET  /api/v1/orders/ID                    the order with its lines
    POST /api/v1/orders/ID/refunds            {"amount", "currency", "reason", "note"}: 201 and the order, 422 when not so much is
                                              left. With a key (`Idempotency-Key`) that was there before: the same answer again, or
                                              409 when it came with something else
    GET  /__refunds                           what was paid back, oldest first; `GET /__requests` is the log, see peer.py

Token: `shop-token`, unless given; anything else is 401. `ada@example.com` has twelve orders, `bob@example.com` one, everybody
else none. Misbehaviour, by the e-mail address: `shop-MODE@…`, where MODE is a status, `torn`, `slow` or `drop`. A refund with the
note `lost` is made, and the connection is closed instead of an answer.
"""

import argparse
import sys

sys.dont_write_bytecode = True
from peer import Misbehave, Peer, run  # noqa: E402

ARTICLES = [("Ink, black", 2495), ("Paper, 500 sheets", 899), ("Stapler", 1250)]
STATUSES = ["paid", "sent", "sent", "cancelled"]


def order(number, email):
    article, price = ARTICLES[number % 3]
    count = number % 4 + 1
    return {
        "id": f"o-{number}", "number": 10470 + number, "email": email, "placed_at": f"2026-{number:02}-01T09:30:00Z",
        "status": STATUSES[number % 4], "total": count * price, "refunded": 0, "currency": "EUR",
        "lines": [{"article": article, "count": count, "price": price}],
    }


class Shop(Peer):
    def respond(self, request):
        path = request["path"]
        if path == "/__refunds":
            return 200, self.server.refunds
        if path == "/api/v1/shop":
            return 200, {"name": "Acme"}
        if request["headers"].get("authorization") != f"Bearer {self.server.token}":
            return 401, {"code": "token"}
        parts = path.removeprefix("/api/v1/orders").strip("/").split("/")
        with self.server.lock:
            if parts == [""] and request["method"] == "GET":
                return self.orders(request["query"])
            found = self.server.orders.get(parts[0])
            if found is None:
                return 404, {"code": "no-such-order"}
            if len(parts) == 1 and request["method"] == "GET":
                return 200, shown(found)
            if parts[1:] == ["refunds"] and request["method"] == "POST":
                return self.refund(found, request)
        return 404, {"code": "no-such-resource"}

    def orders(self, query):
        email = query.get("email", "")
        mode = email.removeprefix("shop-").partition("@")[0] if email.startswith("shop-") else ""
        if mode in ("slow", "drop"):
            raise Misbehave(mode)
        if mode == "torn":
            return 200, "this is not what was expected"
        if mode:
            return int(mode), {"code": mode}
        sort, limit, start = query.get("sort", "-placed"), int(query.get("limit", 20)), int(query.get("cursor", "o0")[1:])
        by = {"placed": "placed_at", "total": "total"}[sort.lstrip("-")]
        own = [one for one in self.server.orders.values() if one["email"] == email]
        own.sort(key=lambda one: (one[by], one["number"]), reverse=sort.startswith("-"))
        return 200, {
            "orders": [{name: value for name, value in shown(one).items() if name != "lines"} for one in own[start:start + limit]],
            "previous": f"o{max(start - limit, 0)}" if start > 0 else None,
            "next": f"o{start + limit}" if start + limit < len(own) else None,
            "total": len(own),
        }

    def refund(self, found, request):
        key, body = request["headers"].get("idempotency-key"), request["json"]
        known = self.server.keys.get(key)
        if known is not None:
            return (201, known[1]) if known[0] == body else (409, {"code": "changed"})
        if not 0 < body["amount"] <= found["total"] - found["refunded"]:
            return 422, {"code": "too-much"}
        found["refunded"] += body["amount"]
        self.server.refunds.append({"order": found["id"], **body})
        self.server.keys[key] = (body, shown(found))
        if body["note"] == "lost":
            raise Misbehave("drop")
        return 201, shown(found)


def shown(found):
    return {name: value for name, value in found.items() if name != "email"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--token", default="shop-token")
    args = parser.parse_args()

    def setup(server):
        orders = [order(number, "ada@example.com") for number in range(1, 13)]
        orders.append({**order(1, "bob@example.com"), "id": "o-13", "number": 10483})
        server.orders = {one["id"]: one for one in orders}
        server.token, server.keys, server.refunds = args.token, {}, []

    run(Shop, setup)


if __name__ == "__main__":
    main()
