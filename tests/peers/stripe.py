#!/usr/bin/env python3
"""Stripe, for tests: localstripe in a process of its own behind a front that adds what it lacks, and misbehaves on demand.

    python3 tests/peers/stripe.py                                              prints `PORT <n>`
    annex serve … --stripe-secret-key sk_test_any --stripe-url http://127.0.0.1:<n>/

Real Idempotency-Key behaviour, the fields that strict clients parse, a cap on refunds, the least amount of a charge,
lists by time, Checkout Sessions that set up a card on a page (`/c/pay/…`), 3-D Secure with a page (`/3ds/…`), events.
Cards: 4242424242424242 pays, 4000000000000341 can be added and is then declined, 4000000000000002 cannot be added,
4000002500003155 (or 4000000000003155) asks for 3-D Secure.

Control, all JSON; see stripe_front/control.py, faults.py and hooks.py for every field:
    POST   /_control/reset                       everything is forgotten
    POST   /_control/faults                      {"kind": "lost-answer", "method": "POST", "path": "/confirm$", "times": 1}
           kinds: lost-request, status, slow (before the effect); lost-answer, status-after, slow-answer, garbage (after)
    GET    /_control/faults, DELETE              which wait and which hit
    POST   /_control/chaos                       {"seed": 7, "lost-answer": 0.05, "status": {"chance": 0.02, "status": 429}}
    POST   /_control/keys/expire                 as after 24 hours
    POST   /_control/settings                    {"time_offset": seconds, "least_cents": 50, "ignore_keys": false,
                                                  "refunds_pending": false}: these arrive when they are read twice
    POST   /_control/refunds/settle              {"status": "succeeded" | "failed"}: for all that are pending
    POST   /_control/disputes                    {"payment_intent", "status": "needs_response" | "won" | "lost" | …}
    POST   /_control/webhook                     {"url", "secret", "deliver": "send" | "hold" | "lose", "lose": 0.1,
                                                  "twice": 0.1, "delay": [0, 0.5], "retries": 3}
    GET    /_control/events                      with their deliveries
    POST   /_control/events/send                 the held ones: {"order": "made" | "reversed" | "shuffled", "lose", "twice"}
    POST   /_control/events/<id>/send            one, now: {"times": 2, "time_offset": -400, "secret": "wrong", "tamper": " "}
    POST   /_control/cards                       {"customer", "number"}: a card without the page
    POST   /_control/checkout/<session>          {"number"}: the page, filled in
    POST   /_control/authenticate                {"payment_intent", "success": true}
    GET    /_control/record                      every PaymentIntent, charge and refund
    GET    /_control/judge                       sums by metadata: {"annex_order": {"<id>": {"charges": 1, "kept": 400, …}}}
`GET /__requests` is the log, as in peer.py.
"""

import asyncio
import contextlib
import json
import os
import pathlib
import socket
import subprocess
import sys
import time
from urllib.parse import parse_qsl

sys.dont_write_bytecode = True
import peer_env  # noqa: E402

peer_env.need("localstripe")
import aiohttp  # noqa: E402
from aiohttp import web  # noqa: E402

from stripe_front import control, pages  # noqa: E402
from stripe_front.api import Api  # noqa: E402
from stripe_front.faults import Faults  # noqa: E402
from stripe_front.hooks import Hooks  # noqa: E402
from stripe_front.keys import Keys  # noqa: E402
from stripe_front.shapes import Shapes, error  # noqa: E402

# Longer than any client waits here.
HANGING_SECONDS = 60


class Front:
    def __init__(self, upstream, url):
        self.upstream = upstream
        self.url = url
        self.client = None
        self.faults = Faults()
        self.keys = Keys()
        self.shapes = Shapes()
        self.hooks = Hooks(self)
        self.api = Api(self)
        self.log = []
        self.time_offset = 0
        self.least_cents = 50

    def now(self):
        return int(time.time()) + self.time_offset

    async def reset(self):
        async with self.client.delete(f"{self.upstream}/_config/data") as answer:
            answer.raise_for_status()
        self.faults.clear()
        self.keys = Keys()
        self.shapes = Shapes()
        self.hooks.clear()
        self.api.clear()
        self.log.clear()
        self.time_offset, self.least_cents = 0, 50

    async def call(self, request):
        """One call of the API, with its fault if it is to have one."""
        body = (await request.read()).decode()
        key = request.headers.get("Idempotency-Key")
        self.note(request, body)
        if not request.headers.get("Authorization", "").startswith("Bearer sk_"):
            return self.answer(*error(401, "invalid_request_error", "Invalid API Key provided"))
        fault = self.faults.pick(request.method, request.path)
        kind = fault.kind if fault else None
        if kind == "lost-request":
            return self.dropped(request)
        if kind == "status":
            return self.answer(*failure(fault.status))

        async def execute():
            if kind == "slow":
                await asyncio.sleep(fault.seconds)
            return await self.api.run(request.method, request.path, pairs, key)

        pairs = parse_qsl(body if request.method == "POST" else request.query_string, keep_blank_values=True)
        status, answer, replayed = await self.keys.run(key, request.method, request.path, sorted(pairs), execute)
        if kind == "lost-answer":
            return self.dropped(request)
        if kind == "status-after":
            return self.answer(*failure(fault.status))
        if kind == "slow-answer":
            await asyncio.sleep(min(fault.seconds, HANGING_SECONDS))
        if kind == "garbage":
            return web.Response(text="<html>Bad gateway</html>", content_type="text/html", status=fault.status)
        return self.answer(status, answer, {"Idempotent-Replayed": "true"} if replayed else None)

    def note(self, request, body):
        self.log.append({
            "method": request.method, "path": request.path, "query": dict(request.query),
            "headers": {name.lower(): text for name, text in request.headers.items()}, "body": body, "json": None,
        })

    def dropped(self, request):
        """The connection is cut: the client learns nothing."""
        if request.transport:
            request.transport.abort()
        return web.Response()

    @staticmethod
    def answer(status, body, headers=None):
        return web.Response(text=json.dumps(body), content_type="application/json", status=status, headers=headers)

    async def requests(self, request):
        log = list(self.log)
        if request.method == "DELETE":
            self.log.clear()
        return web.json_response(log)


def failure(status):
    if status == 429:
        return error(429, "invalid_request_error", "Too many requests hit the API too quickly.", "rate_limit")
    return error(status, "api_error", "An unexpected error occurred.")


def application(front):
    @contextlib.asynccontextmanager
    async def with_client(_app):
        front.client = aiohttp.ClientSession()
        yield
        await front.client.close()

    app = web.Application()
    app.cleanup_ctx.append(with_client)
    app.add_routes(control.routes(front) + pages.routes(front))
    app.router.add_route("*", "/__requests", front.requests)
    app.router.add_route("*", "/v1/{rest:.*}", front.call)
    return app


def start_localstripe():
    """It ends when this process does: its input is a pipe from here."""
    script = pathlib.Path(__file__).parent / "stripe_front" / "localstripe_server.py"
    child = subprocess.Popen([sys.executable, "-B", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    line = child.stdout.readline()
    if not line.startswith("PORT "):
        sys.exit("stripe.py: localstripe did not start")
    return f"http://127.0.0.1:{line.split()[1]}"


def main():
    upstream = start_localstripe()
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # A fixed port only for people who try things by hand.
    listener.bind(("127.0.0.1", int(os.environ.get("PORT", "0"))))
    port = listener.getsockname()[1]
    listener.listen(512)
    print(f"PORT {port}", flush=True)
    front = Front(upstream, f"http://127.0.0.1:{port}")
    web.run_app(application(front), sock=listener, access_log=None, print=None)


if __name__ == "__main__":
    main()
