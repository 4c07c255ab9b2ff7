"""Objects as Stripe gives them, from those that localstripe gives: the fields that strict clients need, metadata as text,
charges by id, and times by this server's clock."""

import copy

# Refused by localstripe, without meaning for what is tested, and accepted by Stripe: left out on the way.
IGNORED = {
    "payment_intents": {
        "description", "statement_descriptor", "statement_descriptor_suffix", "automatic_payment_methods",
        "confirmation_method", "setup_future_usage", "receipt_email", "error_on_requires_action", "return_url",
        "allowed_payment_method_types", "excluded_payment_method_types",
    },
    "confirm": {"return_url", "off_session", "use_stripe_sdk", "receipt_email", "setup_future_usage"},
    "cancel": {"cancellation_reason"},
    "refunds": {"reason"},
    "customers": {"tax_exempt", "source"},
}


def without_ignored(pairs, kind):
    return [(name, text) for name, text in pairs if name.split("[")[0] not in IGNORED.get(kind, ())]


def error(status, kind, message, code=None, **more):
    """`(status, body)` of a refusal."""
    body = {"type": kind, "message": message, **more}
    if code:
        body["code"] = code
    return status, {"error": body}


def expanded(pairs):
    return {text for name, text in pairs if name.split("[")[0] == "expand"}


class Shapes:
    """Knows what localstripe cannot keep: descriptions, links for 3-D Secure, and when objects were made."""

    def __init__(self):
        self.created = {}
        self.descriptions = {}
        self.return_urls = {}
        self.off_session_failures = set()
        # Refunds on their way: how often each was read; and what became of those that were told.
        self.refunds_pending = False
        self.refund_reads = {}
        self.refund_states = {}

    def any(self, value, front, expand=()):
        """The same for lists and single objects."""
        if not isinstance(value, dict):
            return value
        if value.get("object") == "list":
            return {**value, "data": [self.any(item, front, expand) for item in value.get("data", [])]}
        shape = getattr(self, value.get("object", ""), None)
        out = shape(copy.deepcopy(value), front, expand) if shape else dict(value)
        if out.get("id") in self.created:
            out["created"] = self.created[out["id"]]
        return out

    def payment_intent(self, intent, front, expand):
        taken = intent["amount"] if intent["status"] == "succeeded" else 0
        intent.update(
            amount_capturable=0,
            amount_received=taken,
            confirmation_method="automatic",
            payment_method_types=["card"],
            description=self.descriptions.get(intent["id"]),
            metadata=texts(intent.get("metadata")),
            amount_details={"tip": {}},
        )
        charge = intent.get("latest_charge")
        if isinstance(charge, dict):
            intent["latest_charge"] = self.any(charge, front) if "latest_charge" in expand else charge["id"]
        for left_out in ("charges", "invoice"):
            intent.pop(left_out, None)
        failure = intent.get("last_payment_error")
        if failure:
            failure.setdefault("type", "card_error")
            failure.setdefault("decline_code", "generic_decline")
            if intent["id"] in self.off_session_failures:
                failure.update(code="authentication_required", decline_code="authentication_required",
                               message="Your card was declined. This transaction requires authentication.")
        if intent["status"] == "requires_action":
            link = f"{front}/3ds/{intent['id']}"
            intent["next_action"] = {
                "type": "redirect_to_url",
                "redirect_to_url": {"url": link, "return_url": self.return_urls.get(intent["id"])},
            }
        return intent

    def charge(self, charge, _front, _expand):
        charge.update(
            amount_captured=charge["amount"] if charge.get("captured") and charge.get("paid") else 0,
            billing_details={"address": None, "email": None, "name": None, "phone": None},
            disputed=False,
            metadata=texts(charge.get("metadata")),
        )
        for left_out in ("refunds", "source"):
            charge.pop(left_out, None)
        return charge

    def refund(self, refund, _front, _expand):
        refund["metadata"] = texts(refund.get("metadata"))
        if refund["id"] in self.refund_states:
            refund["status"] = self.refund_states[refund["id"]]
            refund["failure_reason"] = "declined" if refund["status"] == "failed" else None
        return refund

    def read_refund(self, refund_id):
        """A pending one arrives when it is read the second time."""
        if self.refund_states.get(refund_id) == "pending":
            self.refund_reads[refund_id] = self.refund_reads.get(refund_id, 0) + 1
            if self.refund_reads[refund_id] >= 2:
                self.refund_states[refund_id] = "succeeded"

    def customer(self, customer, _front, _expand):
        customer["metadata"] = texts(customer.get("metadata"))
        for left_out in ("sources", "subscriptions", "tax_ids"):
            customer.pop(left_out, None)
        return customer

    def payment_method(self, method, _front, _expand):
        method.setdefault("billing_details", {})
        method["metadata"] = texts(method.get("metadata"))
        return method


def texts(metadata):
    return {str(name): str(text) for name, text in (metadata or {}).items()}


def checkout_session(session_id, front, now, fields):
    """A Checkout Session in mode `setup`, as it is made."""
    return {
        "id": session_id, "object": "checkout.session", "livemode": False, "created": now, "expires_at": now + 86400,
        "mode": "setup", "status": "open", "payment_status": "no_payment_required", "payment_method_types": ["card"],
        "customer": fields.get("customer"), "success_url": fields.get("success_url"),
        "cancel_url": fields.get("cancel_url"), "url": f"{front}/c/pay/{session_id}", "setup_intent": None,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None}, "custom_fields": [],
        "custom_text": {"after_submit": None, "shipping_address": None, "submit": None,
                        "terms_of_service_acceptance": None},
        "shipping_options": [], "metadata": {}, "currency": fields.get("currency"), "amount_total": None,
    }
