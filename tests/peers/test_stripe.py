"""Checks the Stripe front: that it keeps to Stripe's rules where localstripe does not, and misbehaves as asked."""

import concurrent.futures
import hashlib
import hmac
import http.client
import http.server
import json
import threading
import unittest
import urllib.error
import urllib.parse
import urllib.request

import peer_env
from test_peers import PeerTest

HAVE_IT = (peer_env.folder() / "venv" / "bin" / "python").exists()


@unittest.skipUnless(HAVE_IT, "localstripe is not installed; see setup.sh")
class Stripe(PeerTest):
    script = "stripe.py"

    def call(self, method, path, form=None, key=None, secret="sk_test_x"):
        data = urllib.parse.urlencode(form or {}).encode() if method == "POST" else None
        headers = {"Authorization": f"Bearer {secret}"}
        if key:
            headers["Idempotency-Key"] = key
        request = urllib.request.Request(self.url + path, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, json.load(answer)

    def control(self, path, wish=None):
        return self.get(f"/_control/{path}", {"Content-Type": "application/json"}, {} if wish is None else wish)[1]

    def payer(self, number="4242424242424242"):
        customer = self.call("POST", "/v1/customers", {"email": "a@example.com"})[1]["id"]
        return customer, self.control("cards", {"customer": customer, "number": number})["id"]

    def intent(self, payer, amount=500, key=None, **more):
        form = {"amount": amount, "currency": "eur", "customer": payer[0], "payment_method": payer[1],
                "metadata[annex_order]": "o1", "payment_method_types[0]": "card", **more}
        return self.call("POST", "/v1/payment_intents", form, key)

    def confirm(self, intent_id, key=None, **form):
        return self.call("POST", f"/v1/payment_intents/{intent_id}/confirm", form, key)

    def judge(self):
        return self.get("/_control/judge")[1]["annex_order"]["o1"]

    def test_a_payment_is_disputed_and_decided(self):
        made = self.intent(self.payer())[1]
        self.confirm(made["id"])
        self.assertEqual(self.call("GET", "/v1/disputes")[1]["data"], [])
        asked = self.control("disputes", {"payment_intent": made["id"]})
        self.assertEqual((asked["status"], asked["amount"], asked["payment_intent"]), ("needs_response", 500, made["id"]))
        self.control("disputes", {"payment_intent": made["id"], "status": "lost"})
        self.assertEqual(self.call("GET", f"/v1/disputes/{asked['id']}")[1]["status"], "lost")
        found = self.call("GET", f"/v1/disputes?payment_intent={made['id']}")[1]["data"]
        self.assertEqual([dispute["id"] for dispute in found], [asked["id"]])
        kinds = [entry["event"]["type"] for entry in self.get("/_control/events")[1]]
        self.assertEqual(kinds[-2:], ["charge.dispute.created", "charge.dispute.closed"])

    def test_a_charge_in_two_steps_with_the_fields_of_stripe(self):
        status, made = self.intent(self.payer())
        self.assertEqual((status, made["status"], made["amount_received"]), (200, "requires_confirmation", 0))
        done = self.confirm(made["id"], return_url="https://example.com/")[1]
        self.assertEqual((done["status"], done["amount_received"], done["payment_method_types"]), ("succeeded", 500, ["card"]))
        self.assertTrue(done["latest_charge"].startswith("ch_"))
        self.assertEqual(self.confirm(made["id"])[1]["error"]["code"], "payment_intent_unexpected_state")
        self.assertEqual(self.judge(), {"charges": 1, "taken": 500, "refunded": 0, "kept": 500, "open": 0})

    def test_keys(self):
        payer = self.payer()
        first = self.intent(payer, key="k")
        self.assertEqual(self.intent(payer, key="k"), first)
        # Clients send metadata in any order.
        two = [{"metadata[a]": "1", "metadata[b]": "2"}, {"metadata[b]": "2", "metadata[a]": "1"}]
        self.assertEqual(len({self.intent(payer, key="order", **more)[1]["id"] for more in two}), 1)
        status, other = self.intent(payer, 600, key="k")
        self.assertEqual((status, other["error"]["type"]), (400, "idempotency_error"))
        # A request that was refused keeps nothing.
        self.assertEqual(self.intent(payer, 10, key="small")[1]["error"]["code"], "amount_too_small")
        self.assertEqual(self.intent(payer, 500, key="small")[0], 200)
        # A declined one does.
        declined = self.intent(self.payer("4000000000000341"))[1]["id"]
        self.assertEqual([self.confirm(declined, key="d")[0] for _ in range(2)], [402, 402])
        self.control("keys/expire")
        self.assertNotEqual(self.intent(payer, key="k")[1]["id"], first[1]["id"])
        self.control("settings", {"ignore_keys": True})
        self.assertEqual(len({self.intent(payer, key="k")[1]["id"] for _ in range(2)}), 2)

    def test_a_key_in_use_is_a_conflict(self):
        payer = self.payer()
        self.control("faults", {"kind": "slow", "seconds": 1, "path": "/payment_intents$"})
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            statuses = sorted(answer.result()[0] for answer in [pool.submit(self.intent, payer, key="k") for _ in range(2)])
        self.assertEqual(statuses, [200, 409])

    def test_declines_and_three_d_secure(self):
        declined = self.intent(self.payer("4000000000000341"))[1]["id"]
        status, body = self.confirm(declined)
        self.assertEqual((status, body["error"]["type"], body["error"]["code"]), (402, "card_error", "card_declined"))
        self.assertEqual(body["error"]["payment_intent"]["status"], "requires_payment_method")
        self.assertEqual(self.call("POST", f"/v1/payment_intents/{declined}/cancel")[1]["status"], "canceled")
        asked = self.intent(self.payer("4000000000003155"))[1]["id"]
        link = self.confirm(asked, return_url="http://127.0.0.1:1/back")[1]["next_action"]["redirect_to_url"]["url"]
        self.assertIn("Complete authentication", urllib.request.urlopen(link).read().decode())
        self.assertIn("redirect_status=succeeded", self.submit(link, {"action": "complete"}))
        self.assertEqual(self.call("GET", f"/v1/payment_intents/{asked}")[1]["status"], "succeeded")
        failed = self.intent(self.payer("4000000000003155"))[1]["id"]
        self.confirm(failed)
        self.control("authenticate", {"payment_intent": failed, "success": False})
        self.assertEqual(self.call("GET", f"/v1/payment_intents/{failed}")[1]["status"], "requires_payment_method")
        alone = self.intent(self.payer("4000000000003155"))[1]["id"]
        self.assertEqual(self.confirm(alone, off_session="true")[1]["error"]["code"], "authentication_required")

    def submit(self, link, form):
        """Posts the form, and gives where the browser is sent."""
        parts = urllib.parse.urlsplit(link)
        connection = http.client.HTTPConnection(parts.netloc, timeout=10)
        self.addCleanup(connection.close)
        connection.request("POST", parts.path, urllib.parse.urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        answer.read()
        return answer.getheader("Location") or str(answer.status)

    def test_a_card_is_added_on_the_page(self):
        customer = self.call("POST", "/v1/customers")[1]["id"]
        session = self.call("POST", "/v1/checkout/sessions", {
            "mode": "setup", "customer": customer, "success_url": "https://example.com/done?s={CHECKOUT_SESSION_ID}"})[1]
        self.assertEqual(self.submit(session["url"], {"number": "4000000000000002"}), "402")
        self.assertEqual(self.submit(session["url"], {"number": "4242 4242 4242 4242"}), f"https://example.com/done?s={session['id']}")
        self.assertEqual(self.submit(session["url"], {"number": "4242424242424242"}), "404")
        cards = self.call("GET", f"/v1/payment_methods?customer={customer}&type=card")[1]["data"]
        self.assertEqual([card["card"]["last4"] for card in cards], ["4242"])
        self.assertEqual(self.call("POST", f"/v1/payment_methods/{cards[0]['id']}/detach")[1]["customer"], None)
        self.assertEqual(self.call("POST", f"/v1/payment_methods/{cards[0]['id']}/detach")[0], 400)
        self.assertEqual(self.intent((customer, cards[0]["id"]))[0], 400)

    def test_refunds_end_at_what_was_taken(self):
        made = self.intent(self.payer())[1]["id"]
        self.assertEqual(self.call("POST", "/v1/refunds", {"payment_intent": made})[0], 400)
        self.confirm(made)
        refund = {"payment_intent": made, "amount": 300, "reason": "requested_by_customer", "metadata[annex_refund]": "r"}
        self.assertEqual(self.call("POST", "/v1/refunds", refund)[1]["status"], "succeeded")
        self.assertEqual(self.call("POST", "/v1/refunds", refund)[0], 400)
        self.assertEqual(self.call("POST", "/v1/refunds", {"payment_intent": made})[1]["amount"], 200)
        self.assertEqual(self.call("POST", "/v1/refunds", {"payment_intent": made})[1]["error"]["code"], "charge_already_refunded")
        found = self.call("GET", f"/v1/refunds?payment_intent={made}")[1]["data"]
        self.assertEqual({refund["amount"]: refund["metadata"] for refund in found}, {200: {}, 300: {"annex_refund": "r"}})
        self.assertEqual(self.judge()["kept"], 0)

    def test_refunds_take_their_time_or_fail(self):
        made = self.intent(self.payer())[1]["id"]
        self.confirm(made)
        self.control("settings", {"refunds_pending": True})
        slow = self.call("POST", "/v1/refunds", {"payment_intent": made, "amount": 100})[1]
        states = [self.call("GET", f"/v1/refunds/{slow['id']}")[1]["status"] for _ in range(3)]
        self.assertEqual((slow["status"], states), ("pending", ["pending", "succeeded", "succeeded"]))
        self.call("POST", "/v1/refunds", {"payment_intent": made, "amount": 400})
        self.control("refunds/settle", {"status": "failed"})
        states = {refund["amount"]: refund["status"] for refund in self.call("GET", "/v1/refunds")[1]["data"]}
        self.assertEqual(states, {100: "succeeded", 400: "failed"})
        self.assertEqual((self.judge()["refunded"], self.judge()["kept"]), (100, 400))
        # What failed may be tried again.
        self.assertEqual(self.call("POST", "/v1/refunds", {"payment_intent": made, "amount": 400})[0], 200)

    def test_lists_by_time(self):
        payer = self.payer()
        old = self.intent(payer)[1]
        now = self.control("settings", {"time_offset": 86400})["now"]
        new = self.intent(payer)[1]["id"]
        self.assertEqual([found["id"] for found in self.call("GET", "/v1/payment_intents")[1]["data"]], [new, old["id"]])
        self.assertEqual([found["id"] for found in self.call("GET", f"/v1/payment_intents?created[gte]={now}")[1]["data"]], [new])
        first = self.call("GET", "/v1/payment_intents?limit=1")[1]
        self.assertTrue(first["has_more"])
        rest = self.call("GET", f"/v1/payment_intents?limit=1&starting_after={new}")[1]
        self.assertEqual((rest["data"][0]["id"], rest["has_more"]), (old["id"], False))

    def test_answers_are_lost_before_and_after_the_effect(self):
        payer = self.payer()
        made = self.intent(payer)[1]["id"]
        self.control("faults", [
            {"kind": "lost-request", "path": "/confirm$"}, {"kind": "status", "status": 429, "path": "/confirm$"},
            {"kind": "lost-answer", "path": "/confirm$"}])
        with self.assertRaises(OSError):
            self.confirm(made, key="c")
        self.assertEqual(self.confirm(made, key="c")[0], 429)
        self.assertEqual(self.call("GET", f"/v1/payment_intents/{made}")[1]["status"], "requires_confirmation")
        with self.assertRaises(OSError):
            self.confirm(made, key="c")
        self.assertEqual(self.call("GET", f"/v1/payment_intents/{made}")[1]["status"], "succeeded")
        # The key remembers the answer that was lost.
        self.assertEqual(self.confirm(made, key="c")[1]["status"], "succeeded")
        self.control("faults", {"kind": "status-after", "path": "/payment_intents$"})
        self.assertEqual(self.intent(payer)[0], 500)
        self.assertEqual(self.judge()["open"], 1)
        self.assertEqual(len(self.get("/_control/faults")[1]["hits"]), 4)

    def test_chaos_is_the_same_for_a_seed(self):
        def statuses():
            self.control("chaos", {"seed": 7, "path": "^/v1/customers", "status": {"chance": 0.5, "status": 503}})
            return [self.call("POST", "/v1/customers")[0] for _ in range(12)]
        first = statuses()
        self.assertEqual(sorted(set(first)), [200, 503])
        self.assertEqual(statuses(), first)
        self.control("chaos", {"kinds": [["status", 0.5, {"status": 429}], ["status", 0.5, {"status": 500}]]})
        self.assertEqual({self.call("POST", "/v1/customers")[0] for _ in range(20)}, {429, 500})
        self.control("chaos")
        self.assertEqual(self.call("POST", "/v1/customers")[0], 200)

    def test_one_call_without_a_key_charges_twice(self):
        payer = self.payer()
        for _ in range(2):
            self.assertEqual(self.intent(payer, confirm="true", off_session="true")[1]["status"], "succeeded")
        self.assertEqual(self.judge()["charges"], 2)
        self.assertEqual(self.intent(self.payer("4000000000000341"), confirm="true")[0], 402)

    def test_events_are_signed_and_come_as_wished(self):
        with Receiver() as receiver:
            self.control("webhook", {"url": receiver.url, "secret": "whsec_1", "deliver": "hold"})
            made = self.intent(self.payer())[1]["id"]
            self.confirm(made)
            answers = self.control("events/send", {"order": "reversed", "twice": 1})
            self.assertEqual([answer["status"] for answer in answers], [200] * len(answers))
            kinds = [json.loads(body)["type"] for _, body in receiver.got]
            self.assertLess(kinds.index("payment_intent.succeeded"), kinds.index("payment_intent.created"))
            self.assertEqual(kinds.count("payment_intent.succeeded"), 2)
            header, body = receiver.got[0]
            parts = dict(part.split("=") for part in header.split(","))
            signed = f"{parts['t']}.".encode() + body
            self.assertEqual(parts["v1"], hmac.new(b"whsec_1", signed, hashlib.sha256).hexdigest())
            event = self.get("/_control/events")[1][0]["event"]["id"]
            self.control(f"events/{event}/send", {"time_offset": -400, "tamper": " "})
            old = dict(part.split("=") for part in receiver.got[-1][0].split(","))
            self.assertLess(int(old["t"]), int(parts["t"]) - 300)

    def test_strangers_are_refused_and_reset_forgets(self):
        self.assertEqual(self.call("GET", "/v1/payment_intents", secret="nothing")[0], 401)
        self.intent(self.payer())
        self.control("reset")
        self.assertEqual(self.get("/_control/record")[1]["payment_intents"], [])
        self.assertEqual(self.call("GET", "/v1/payment_intents/pi_none")[1]["error"]["code"], "resource_missing")


class Receiver(http.server.ThreadingHTTPServer):
    """Keeps what webhooks bring."""

    def __init__(self):
        got = self.got = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                got.append((self.headers["Stripe-Signature"], self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *problem):
        self.shutdown()
        super().__exit__(*problem)


if __name__ == "__main__":
    unittest.main()
