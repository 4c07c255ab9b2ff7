"""Stripe's API: each call goes to localstripe, with what that lacks added here."""

import asyncio
import re
import secrets
from urllib.parse import urlencode

from .shapes import checkout_session, error, expanded, without_ignored

EVERYTHING = [("limit", "1000000")]


class Api:
    """`front` has `client`, `upstream`, `shapes`, `hooks`, `now()`, `url` and `least_cents`."""

    def __init__(self, front):
        self.front = front
        self.clear()

    def clear(self):
        # One change at a time: Stripe locks objects as well.
        self.lock = asyncio.Lock()
        self.sessions = {}
        self.disputes = {}

    async def upstream(self, method, path, pairs=(), secret="sk_test_front"):
        query = "?" + urlencode(pairs) if method == "GET" and pairs else ""
        data = urlencode(pairs) if method == "POST" else None
        headers = {"Authorization": f"Bearer {secret}"}
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        async with self.front.client.request(method, self.front.upstream + path + query, data=data, headers=headers) as got:
            if "json" not in got.content_type:
                return error(500, "api_error", f"localstripe: {(await got.text())[:200]}")
            return got.status, await got.json()

    async def run(self, method, path, pairs, key):
        """`(status, body)` of one API call."""
        async with self.lock:
            status, body = await self.route(method, path, pairs, key)
            if status < 300:
                if method == "POST" and isinstance(body, dict) and self.is_new(path):
                    self.front.shapes.created.setdefault(body.get("id"), self.front.now())
                return status, self.front.shapes.any(body, self.front.url, expanded(pairs))
            return await self.refusal(status, body, path)

    @staticmethod
    def is_new(path):
        return path in ("/v1/payment_intents", "/v1/customers", "/v1/refunds", "/v1/payment_methods")

    async def route(self, method, path, pairs, key):
        for wanted, pattern, name in ROUTES:
            found = re.fullmatch(pattern, path)
            if method == wanted and found:
                return await getattr(self, name)(*found.groups(), pairs=pairs, key=key)
        return await self.upstream(method, path, pairs)

    async def refusal(self, status, body, path):
        problem = body.get("error", {}) if isinstance(body, dict) else {}
        problem.setdefault("type", "invalid_request_error")
        problem.setdefault("message", "Something went wrong.")
        if status == 404:
            problem.setdefault("code", "resource_missing")
        if status == 402:
            problem["type"] = "card_error"
            problem.setdefault("code", "card_declined")
            problem.setdefault("decline_code", "generic_decline")
            intent = await self.intent_of(problem.get("charge"), path)
            if intent:
                problem["payment_intent"] = self.front.shapes.any(intent, self.front.url)
                failure = problem["payment_intent"].get("last_payment_error") or {}
                problem.update({name: failure[name] for name in ("code", "decline_code", "message") if name in failure})
        return status, {"error": problem}

    async def intent_of(self, charge, path):
        found = re.match(r"/v1/payment_intents/(\w+)", path)
        intent_id = found.group(1) if found else None
        if intent_id is None and charge:
            intent_id = (await self.upstream("GET", f"/v1/charges/{charge}"))[1].get("payment_intent")
        return await self.get_intent(intent_id) if intent_id else None

    async def get_intent(self, intent_id):
        status, intent = await self.upstream("GET", f"/v1/payment_intents/{intent_id}")
        return intent if status == 200 else None

    # PaymentIntents

    async def create_intent(self, pairs, key):
        given = dict(pairs)
        amount = given.get("amount", "")
        if amount.isdigit() and int(amount) < self.front.least_cents:
            return error(400, "invalid_request_error", "Amount must convert to at least 50 cents.", "amount_too_small",
                         param="amount")
        refused = await self.wrong_owner(given)
        if refused:
            return refused
        kept = without_ignored(pairs, "payment_intents")
        if given.get("confirm") != "true":
            kept = [(name, text) for name, text in kept if name not in ("confirm", "off_session")]
        before = {intent["id"] for intent in await self.all("/v1/payment_intents")} if given.get("confirm") == "true" else set()
        status, body = await self.upstream("POST", "/v1/payment_intents", kept)
        if status == 402:
            after = await self.all("/v1/payment_intents")
            made = next(intent for intent in after if intent["id"] not in before)
        elif status == 200:
            made = body
        else:
            return status, body
        shapes = self.front.shapes
        shapes.created[made["id"]] = self.front.now()
        shapes.descriptions[made["id"]] = given.get("description")
        shapes.return_urls[made["id"]] = given.get("return_url")
        self.tell("payment_intent.created", made, key)
        if given.get("confirm") == "true":
            await self.tell_outcome(made["id"], key)
        return status, body

    async def wrong_owner(self, given):
        """Stripe refuses a card that belongs to somebody else, or to nobody."""
        if "payment_method" not in given or "customer" not in given:
            return None
        status, method = await self.upstream("GET", f"/v1/payment_methods/{given['payment_method']}")
        if status == 200 and method.get("customer") != given["customer"] and not given["payment_method"].startswith("pm_card_"):
            return error(400, "invalid_request_error", "The payment method does not belong to the customer, or was detached.",
                         "payment_method_unexpected_state", param="payment_method")
        return None

    async def confirm(self, intent_id, pairs, key):
        intent = await self.get_intent(intent_id)
        if intent is None:
            return error(404, "invalid_request_error", f"No such payment_intent: '{intent_id}'", "resource_missing")
        if intent["status"] != "requires_confirmation":
            return self.unexpected_state(intent, "confirm")
        given = dict(pairs)
        self.front.shapes.return_urls[intent_id] = given.get("return_url")
        status, body = await self.upstream("POST", f"/v1/payment_intents/{intent_id}/confirm",
                                           without_ignored(pairs, "confirm"))
        if status == 200 and body["status"] == "requires_action" and given.get("off_session") == "true":
            return await self.without_payer(body, key)
        await self.tell_outcome(intent_id, key)
        return status, body

    async def without_payer(self, intent, key):
        """`off_session`: nobody is there to confirm at the bank."""
        self.front.shapes.off_session_failures.add(intent["id"])
        await self.authenticate(intent["id"], False, key)
        return error(402, "card_error", "Your card was declined. This transaction requires authentication.",
                     "authentication_required")

    def unexpected_state(self, intent, verb):
        return error(400, "invalid_request_error", f"You cannot {verb} this PaymentIntent because it has a status of "
                     f"{intent['status']}.", "payment_intent_unexpected_state",
                     payment_intent=self.front.shapes.any(intent, self.front.url))

    async def cancel(self, intent_id, pairs, key):
        intent = await self.get_intent(intent_id)
        if intent is None:
            return error(404, "invalid_request_error", f"No such payment_intent: '{intent_id}'", "resource_missing")
        if intent["status"] in ("succeeded", "canceled", "processing"):
            return self.unexpected_state(intent, "cancel")
        status, body = await self.upstream("POST", f"/v1/payment_intents/{intent_id}/cancel",
                                           without_ignored(pairs, "cancel"))
        if status == 200:
            self.tell("payment_intent.canceled", body, key)
        return status, body

    async def authenticate(self, intent_id, success, key=None):
        """What the payer did on the page of 3-D Secure."""
        intent = await self.get_intent(intent_id)
        if intent is None or intent["status"] != "requires_action":
            return error(400, "invalid_request_error", "There is nothing to confirm.", "payment_intent_unexpected_state")
        answer = await self.upstream("POST", f"/v1/payment_intents/{intent_id}/_authenticate", [
            ("client_secret", intent["client_secret"]), ("success", "true" if success else "false")])
        await self.tell_outcome(intent_id, key)
        return answer

    async def list_intents(self, pairs, key):
        wanted = dict(pairs)
        found = self.front.shapes.any({"object": "list", "data": await self.all("/v1/payment_intents")}, self.front.url)["data"]
        bounds = {"gte": int.__ge__, "gt": int.__gt__, "lte": int.__le__, "lt": int.__lt__}
        for bound, holds in bounds.items():
            if f"created[{bound}]" in wanted:
                found = [intent for intent in found if holds(intent["created"], int(wanted[f"created[{bound}]"]))]
        if "customer" in wanted:
            found = [intent for intent in found if intent["customer"] == wanted["customer"]]
        return 200, page(found[::-1], "/v1/payment_intents", wanted)

    async def all(self, path):
        return (await self.upstream("GET", path, EVERYTHING))[1]["data"]

    def tell(self, kind, value, key=None, before=None):
        self.front.hooks.emit(kind, self.front.shapes.any(value, self.front.url), key, before)

    async def tell_outcome(self, intent_id, key):
        intent = await self.get_intent(intent_id)
        kinds = {"succeeded": "payment_intent.succeeded", "requires_action": "payment_intent.requires_action",
                 "requires_payment_method": "payment_intent.payment_failed"}
        if intent and intent["status"] in kinds:
            self.tell(kinds[intent["status"]], intent, key)
            charge = intent.get("latest_charge")
            if charge:
                self.tell("charge.succeeded" if intent["status"] == "succeeded" else "charge.failed", charge, key)

    # Refunds

    async def create_refund(self, pairs, key):
        given = dict(pairs)
        intent = await self.get_intent(given.get("payment_intent", ""))
        if "payment_intent" in given and intent is None:
            return error(404, "invalid_request_error", f"No such payment_intent: '{given['payment_intent']}'", "resource_missing")
        if intent is not None and intent["status"] != "succeeded":
            return error(400, "invalid_request_error", "This PaymentIntent does not have a successful charge to refund.",
                         "payment_intent_unexpected_state")
        charge_id = intent["latest_charge"]["id"] if intent else given.get("charge")
        status, charge = await self.upstream("GET", f"/v1/charges/{charge_id}")
        if status != 200:
            return status, charge
        states = self.front.shapes.refund_states
        back = sum(refund["amount"] for refund in await self.all("/v1/refunds")
                   if refund["charge"] == charge_id and states.get(refund["id"]) != "failed")
        left = charge["amount"] - back
        asked = int(given.get("amount") or left)
        if left <= 0:
            return error(400, "invalid_request_error", f"Charge {charge_id} has already been refunded.", "charge_already_refunded")
        if asked > left:
            return error(400, "invalid_request_error", f"Refund amount ({asked}) is greater than unrefunded amount on charge "
                         f"({left})", "amount_too_large", param="amount")
        kept = [pair for pair in without_ignored(pairs, "refunds") if pair[0] != "amount"] + [("amount", str(asked))]
        status, refund = await self.upstream("POST", "/v1/refunds", kept)
        if status == 200:
            self.front.shapes.created[refund["id"]] = self.front.now()
            if self.front.shapes.refunds_pending:
                states[refund["id"]] = "pending"
            self.tell("refund.created", refund, key)
            self.tell("charge.refunded", (await self.upstream("GET", f"/v1/charges/{charge_id}"))[1], key)
        return status, refund

    async def get_refund(self, refund_id, pairs, key):
        self.front.shapes.read_refund(refund_id)
        return await self.upstream("GET", f"/v1/refunds/{refund_id}")

    async def settle_refunds(self, status):
        """All that are on their way arrive, or fail."""
        states = self.front.shapes.refund_states
        for refund in await self.all("/v1/refunds"):
            if states.get(refund["id"]) == "pending":
                states[refund["id"]] = status
                self.tell("refund.updated", refund)

    async def list_refunds(self, pairs, key):
        wanted = dict(pairs)
        found = await self.all("/v1/refunds")
        for name in ("payment_intent", "charge"):
            if name in wanted:
                found = [refund for refund in found if refund[name] == wanted[name]]
        return 200, page(found, "/v1/refunds", wanted)

    # Disputes

    async def dispute(self, intent_id, status, amount=None, reason="fraudulent"):
        """The payer's bank asks for the money of a payment, or has decided. `(status, dispute or error)`."""
        intent = await self.get_intent(intent_id)
        if intent is None or intent["status"] != "succeeded":
            return error(400, "invalid_request_error", "There is nothing to dispute.")
        dispute_id = f"du_{intent_id.removeprefix('pi_')}"
        is_new = dispute_id not in self.disputes
        dispute = self.disputes.setdefault(dispute_id, {
            "id": dispute_id, "object": "dispute", "amount": amount or intent["amount"], "currency": intent["currency"],
            "balance_transactions": [], "charge": intent["latest_charge"]["id"], "payment_intent": intent_id,
            "created": self.front.now(), "livemode": False, "metadata": {}, "reason": reason,
            "is_charge_refundable": False, "network_reason_code": None, "payment_method_details": None,
            "enhanced_eligibility_types": [], "evidence": {"enhanced_evidence": {}},
            "evidence_details": {"due_by": None, "enhanced_eligibility": {}, "has_evidence": False, "past_due": False,
                                 "submission_count": 0},
        })
        dispute["status"] = status
        closed = status in ("won", "lost", "warning_closed")
        self.tell("charge.dispute." + ("created" if is_new else "closed" if closed else "updated"), dict(dispute))
        return 200, dispute

    async def list_disputes(self, pairs, key):
        wanted = dict(pairs)
        found = [dispute for dispute in reversed(self.disputes.values())
                 if wanted.get("payment_intent") in (None, dispute["payment_intent"])]
        return 200, page(found, "/v1/disputes", wanted)

    async def get_dispute(self, dispute_id, pairs, key):
        dispute = self.disputes.get(dispute_id)
        return (200, dispute) if dispute else error(404, "invalid_request_error", "No such dispute", "resource_missing")

    async def list_charges(self, pairs, key):
        wanted = dict(pairs)
        found = [charge for charge in await self.all("/v1/charges")
                 if wanted.get("payment_intent") in (None, charge["payment_intent"])]
        return 200, page(found[::-1], "/v1/charges", wanted)

    # Customers and cards

    async def create_customer(self, pairs, key):
        status, customer = await self.upstream("POST", "/v1/customers", without_ignored(pairs, "customers"))
        if status == 200:
            self.tell("customer.created", customer, key)
        return status, customer

    async def list_methods(self, pairs, key):
        wanted = dict(pairs)
        status, found = await self.upstream("GET", "/v1/payment_methods", [
            ("customer", wanted.get("customer", "")), ("type", wanted.get("type", "card")), *EVERYTHING])
        return (status, page(found["data"][::-1], "/v1/payment_methods", wanted)) if status == 200 else (status, found)

    async def detach(self, method_id, pairs, key):
        status, method = await self.upstream("GET", f"/v1/payment_methods/{method_id}")
        if status != 200:
            return status, method
        customer = method["customer"]
        if customer is None:
            return error(400, "invalid_request_error", "The payment method you provided is not attached to a customer so "
                         "detachment is impossible.")
        status, method = await self.upstream("POST", f"/v1/payment_methods/{method_id}/detach", pairs)
        if status == 200:
            self.tell("payment_method.detached", method, key, {"customer": customer})
        return status, method

    async def add_card(self, customer, number, month="12", year="2040", cvc="123"):
        """`(status, payment method or error)`: a card as a payer types it."""
        # The number that the built-in test gateway knows for 3-D Secure.
        number = {"4000000000003155": "4000002500003155"}.get(number, number)
        status, method = await self.upstream("POST", "/v1/payment_methods", [
            ("type", "card"), ("card[number]", number), ("card[exp_month]", month), ("card[exp_year]", year),
            ("card[cvc]", cvc)])
        if status == 200:
            self.front.shapes.created[method["id"]] = self.front.now()
            status, method = await self.upstream("POST", f"/v1/payment_methods/{method['id']}/attach", [("customer", customer)])
        if status == 200:
            self.tell("payment_method.attached", method)
        return status, method

    # Checkout Sessions in mode `setup`

    async def create_session(self, pairs, key):
        given = dict(pairs)
        if given.get("mode") != "setup":
            return error(400, "invalid_request_error", "Only mode=setup is known here.", param="mode")
        if not given.get("success_url"):
            return error(400, "invalid_request_error", "Missing required param: success_url.", "parameter_missing")
        status, customer = await self.upstream("GET", f"/v1/customers/{given.get('customer')}")
        if status != 200:
            return status, customer
        session = checkout_session(f"cs_test_{secrets.token_hex(16)}", self.front.url, self.front.now(), given)
        self.sessions[session["id"]] = session
        return 200, session

    async def get_session(self, session_id, pairs, key):
        session = self.sessions.get(session_id)
        return (200, session) if session else error(404, "invalid_request_error", "No such checkout.session", "resource_missing")

    async def complete_session(self, session, card):
        """A card was typed on the hosted page."""
        status, method = await self.add_card(session["customer"], **card)
        if status != 200:
            return status, method
        session.update(status="complete", setup_intent=f"seti_{secrets.token_hex(8)}", url=None)
        self.tell("checkout.session.completed", session)
        return 200, method

    async def list_events(self, pairs, key):
        return 200, page([entry["event"] for entry in reversed(self.front.hooks.events)], "/v1/events", dict(pairs))


def page(found, url, wanted):
    start = next((place + 1 for place, item in enumerate(found) if item["id"] == wanted.get("starting_after")), 0)
    limit = int(wanted.get("limit", 10))
    return {"object": "list", "url": url, "data": found[start:start + limit], "has_more": len(found) > start + limit}


ROUTES = (
    ("POST", r"/v1/payment_intents", "create_intent"),
    ("GET", r"/v1/payment_intents", "list_intents"),
    ("POST", r"/v1/payment_intents/(\w+)/confirm", "confirm"),
    ("POST", r"/v1/payment_intents/(\w+)/cancel", "cancel"),
    ("POST", r"/v1/refunds", "create_refund"),
    ("GET", r"/v1/refunds", "list_refunds"),
    ("GET", r"/v1/refunds/(\w+)", "get_refund"),
    ("GET", r"/v1/disputes", "list_disputes"),
    ("GET", r"/v1/disputes/(\w+)", "get_dispute"),
    ("GET", r"/v1/charges", "list_charges"),
    ("POST", r"/v1/customers", "create_customer"),
    ("GET", r"/v1/payment_methods", "list_methods"),
    ("POST", r"/v1/payment_methods/(\w+)/detach", "detach"),
    ("POST", r"/v1/checkout/sessions", "create_session"),
    ("GET", r"/v1/checkout/sessions/(\w+)", "get_session"),
    ("GET", r"/v1/events", "list_events"),
)
