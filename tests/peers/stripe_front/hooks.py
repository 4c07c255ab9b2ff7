"""Events and their delivery: signed as Stripe signs them, and lost, late, twice or out of order on demand."""

import asyncio
import hashlib
import hmac
import json
import random
import secrets

import aiohttp

API_VERSION = "2026-09-30.endive"


def signature(secret, timestamp, payload):
    made = hmac.new(secret.encode(), f"{timestamp}.".encode() + payload, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={made},v0=0000"


class Hooks:
    def __init__(self, front):
        self.front = front
        self.tasks = set()
        self.clear()

    def clear(self):
        for task in self.tasks:
            task.cancel()
        self.events = []
        self.url = None
        self.set_up({})

    def set_up(self, wish):
        """`deliver`: `send`, `hold` (until told) or `lose`. `lose`, `twice`: chances. `delay`: seconds, or [least, most].
        `retries`: how often an event that was not answered with 2xx is sent again, `retry_seconds` apart."""
        self.url = wish.get("url", self.url)
        self.secret = wish.get("secret", "whsec_test")
        self.deliver = wish.get("deliver", "send")
        self.lose = float(wish.get("lose", 0))
        self.twice = float(wish.get("twice", 0))
        delay = wish.get("delay", 0)
        self.delay = tuple(delay) if isinstance(delay, list) else (delay, delay)
        self.retries = int(wish.get("retries", 0))
        self.retry_seconds = float(wish.get("retry_seconds", 0.2))
        self.random = random.Random(wish.get("seed", 0))

    def emit(self, kind, value, key=None, before=None):
        event = {
            "id": f"evt_{secrets.token_hex(12)}", "object": "event", "api_version": API_VERSION,
            "created": self.front.now(), "type": kind, "livemode": False, "pending_webhooks": 1,
            "data": {"object": value, **({"previous_attributes": before} if before else {})}, "request": {"id": None, "idempotency_key": key},
        }
        entry = {"event": event, "deliveries": [], "state": self.deliver}
        self.events.append(entry)
        if self.url and self.deliver == "send":
            if self.random.random() < self.lose:
                entry["state"] = "lose"
                return
            copies = 2 if self.random.random() < self.twice else 1
            for _ in range(copies):
                wait = self.random.uniform(*self.delay)
                task = asyncio.ensure_future(self.later(entry, wait))
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)

    async def later(self, entry, wait):
        await asyncio.sleep(wait)
        for _ in range(self.retries + 1):
            answer = await self.send(entry)
            if answer["status"] and 200 <= answer["status"] < 300:
                return
            await asyncio.sleep(self.retry_seconds)

    async def send(self, entry, wish=None):
        """Sends one event once. `secret`, `time_offset` (of the signature) and `tamper` (text put behind the body after
        signing) make it a wrong one."""
        wish = wish or {}
        url = wish.get("url") or self.url
        payload = json.dumps(entry["event"], indent=2, sort_keys=True).encode()
        timestamp = self.front.now() + int(wish.get("time_offset", 0))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature(wish.get("secret", self.secret), timestamp, payload),
            "User-Agent": "Stripe/1.0 (+test)",
        }
        payload += wish.get("tamper", "").encode()
        answer = {"status": None, "body": None, "error": None}
        try:
            async with self.front.client.post(url, data=payload, headers=headers, timeout=aiohttp.ClientTimeout(10)) as got:
                answer.update(status=got.status, body=(await got.text())[:2000])
        except (aiohttp.ClientError, asyncio.TimeoutError) as problem:
            answer["error"] = f"{type(problem).__name__}: {problem}"
        entry["deliveries"].append(answer)
        entry["state"] = "sent"
        return answer

    def find(self, event_id):
        return next((entry for entry in self.events if entry["event"]["id"] == event_id), None)

    async def send_held(self, wish):
        """Sends the held ones one after the other: `order` is `made`, `reversed` or `shuffled`; `lose` and `twice` are
        chances; `seed`."""
        chance = random.Random(wish.get("seed", 0))
        held = [entry for entry in self.events if entry["state"] == "hold"]
        sending = []
        for entry in held:
            if chance.random() < float(wish.get("lose", 0)):
                entry["state"] = "lose"
                continue
            sending += [entry] * (2 if chance.random() < float(wish.get("twice", 0)) else 1)
        order = wish.get("order", "made")
        if order == "reversed":
            sending.reverse()
        elif order == "shuffled":
            chance.shuffle(sending)
        return [{"id": entry["event"]["id"], **await self.send(entry, wish)} for entry in sending]
