"""`/_control/…`: what tests ask of the front, and its record for the judge."""

from aiohttp import web


def routes(front):
    async def wish(request):
        return await request.json() if request.can_read_body else {}

    async def reset(_request):
        await front.reset()
        return done()

    async def faults(request):
        if request.method == "DELETE":
            front.faults.clear()
        elif request.method == "POST":
            asked = await wish(request)
            try:
                for one in asked if isinstance(asked, list) else [asked]:
                    front.faults.add(one)
            except ValueError as problem:
                return web.json_response({"error": str(problem)}, status=400)
        waiting = [{**fault.wish, "times": fault.times} for fault in front.faults.waiting]
        return web.json_response({"waiting": waiting, "hits": front.faults.hits})

    async def chaos(request):
        front.faults.chaos(await wish(request))
        return done()

    async def expire_keys(_request):
        front.keys.expire()
        return done()

    async def settings(request):
        asked = await wish(request)
        front.time_offset = int(asked.get("time_offset", front.time_offset))
        front.least_cents = int(asked.get("least_cents", front.least_cents))
        front.shapes.refunds_pending = bool(asked.get("refunds_pending", front.shapes.refunds_pending))
        front.keys.ignored = bool(asked.get("ignore_keys", front.keys.ignored))
        return web.json_response({"time_offset": front.time_offset, "least_cents": front.least_cents,
                                  "refunds_pending": front.shapes.refunds_pending, "ignore_keys": front.keys.ignored,
                                  "now": front.now()})

    async def webhook(request):
        front.hooks.set_up(await wish(request))
        return done()

    async def events(_request):
        return web.json_response(front.hooks.events)

    async def send_event(request):
        entry = front.hooks.find(request.match_info["id"])
        if entry is None:
            return web.json_response({"error": "no such event"}, status=404)
        asked = await wish(request)
        return web.json_response([await front.hooks.send(entry, asked) for _ in range(int(asked.get("times", 1)))])

    async def send_held(request):
        return web.json_response(await front.hooks.send_held(await wish(request)))

    async def card(request):
        asked = await wish(request)
        async with front.api.lock:
            status, method = await front.api.add_card(asked["customer"], asked.get("number", "4242424242424242"))
        return web.json_response(front.shapes.any(method, front.url), status=status)

    async def checkout(request):
        session = front.api.sessions.get(request.match_info["id"])
        if session is None:
            return web.json_response({"error": "no such session"}, status=404)
        async with front.api.lock:
            status, method = await front.api.complete_session(
                session, {"number": (await wish(request)).get("number", "4242424242424242")})
        return web.json_response(front.shapes.any(method, front.url), status=status)

    async def authenticate(request):
        asked = await wish(request)
        async with front.api.lock:
            status, body = await front.api.authenticate(asked["payment_intent"], asked.get("success", True))
        return web.json_response(body, status=status)

    async def settle_refunds(request):
        async with front.api.lock:
            await front.api.settle_refunds((await wish(request)).get("status", "succeeded"))
        return done()

    async def dispute(request):
        asked = await wish(request)
        async with front.api.lock:
            status, body = await front.api.dispute(
                asked["payment_intent"], asked.get("status", "needs_response"), asked.get("amount"))
        return web.json_response(body, status=status)

    async def record(_request):
        return web.json_response(await recorded(front))

    async def judge(_request):
        return web.json_response(judged(await recorded(front)))

    return [
        web.post("/_control/reset", reset),
        web.route("*", "/_control/faults", faults),
        web.post("/_control/chaos", chaos),
        web.post("/_control/keys/expire", expire_keys),
        web.post("/_control/settings", settings),
        web.post("/_control/webhook", webhook),
        web.get("/_control/events", events),
        web.post("/_control/events/send", send_held),
        web.post("/_control/events/{id}/send", send_event),
        web.post("/_control/cards", card),
        web.post("/_control/checkout/{id}", checkout),
        web.post("/_control/authenticate", authenticate),
        web.post("/_control/refunds/settle", settle_refunds),
        web.post("/_control/disputes", dispute),
        web.get("/_control/record", record),
        web.get("/_control/judge", judge),
    ]


def done():
    return web.json_response({"done": True})


async def recorded(front):
    """Everything that happened to money, oldest first; charges carry the metadata of their PaymentIntent."""
    shapes, url = front.shapes, front.url
    async with front.api.lock:
        intents = [shapes.any(intent, url) for intent in await front.api.all("/v1/payment_intents")]
        charges = [shapes.any(charge, url) for charge in await front.api.all("/v1/charges")]
        refunds = [shapes.any(refund, url) for refund in (await front.api.all("/v1/refunds"))[::-1]]
        customers = [shapes.any(customer, url) for customer in await front.api.all("/v1/customers")]
    metadata = {intent["id"]: intent["metadata"] for intent in intents}
    for charge in charges:
        charge["metadata"] = metadata.get(charge["payment_intent"], {})
    of_charge = {charge["id"]: charge for charge in charges}
    for refund in refunds:
        charge = of_charge[refund["charge"]]
        refund["payment_intent"] = charge["payment_intent"]
        refund["charge_metadata"] = charge["metadata"]
    return {"payment_intents": intents, "charges": charges, "refunds": refunds, "customers": customers,
            "requests": len(front.log), "faults": front.faults.hits}


def judged(found):
    """`{metadata name: {value: {"charges", "taken", "refunded", "kept", "open"}}}`: for each invoice, order and attempt,
    how often money was taken, how much was kept, and how many PaymentIntents could still take some."""
    out = {}

    def rows(metadata):
        for name, value in metadata.items():
            new = {"charges": 0, "taken": 0, "refunded": 0, "kept": 0, "open": 0}
            yield out.setdefault(name, {}).setdefault(value, new)

    for charge in found["charges"]:
        if charge["paid"]:
            for row in rows(charge["metadata"]):
                row["charges"] += 1
                row["taken"] += charge["amount"]
                row["kept"] += charge["amount"]
    for refund in found["refunds"]:
        if refund["status"] == "failed":
            continue
        for row in rows(refund["charge_metadata"]):
            row["refunded"] += refund["amount"]
            row["kept"] -= refund["amount"]
    for intent in found["payment_intents"]:
        if intent["status"] not in ("succeeded", "canceled"):
            for row in rows(intent["metadata"]):
                row["open"] += 1
    return out
