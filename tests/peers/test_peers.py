"""Checks the test servers themselves: python3 -m unittest discover -s tests/peers"""

import base64
import json
import pathlib
import subprocess
import sys
import unittest
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).parent


class PeerTest(unittest.TestCase):
    script = None
    arguments = ()

    def setUp(self):
        command = [sys.executable, HERE / self.script, *self.arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.process.stdout.close)
        self.addCleanup(self.process.wait)
        self.addCleanup(self.process.kill)
        self.url = "http://127.0.0.1:" + self.process.stdout.readline().split()[1]

    def get(self, path, headers=(), body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, headers=dict(headers))
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, json.load(answer)


class Crm(PeerTest):
    script = "crm.py"

    def freshdesk(self, email, key="fd-secret"):
        token = base64.b64encode(f"{key}:X".encode()).decode()
        return self.get(f"/api/v2/contacts?email={email}", {"Authorization": f"Basic {token}"})

    def upsales(self, email, key="up-secret"):
        return self.get(f"/api/v2/contacts?email={email}&token={key}")

    def test_contacts_and_keys(self):
        self.assertEqual(self.upsales("ada@example.com")[1]["data"][0]["client"]["name"], "Analytical AB")
        self.assertEqual(self.freshdesk("ada@example.com")[1][0]["job_title"], "Mathematician")
        self.assertEqual(self.upsales("carol@example.com")[1]["data"], [])
        self.assertEqual([self.upsales("x", key)[0] for key in ("bad", "forbidden")], [401, 403])
        self.assertEqual([self.freshdesk("x", key)[0] for key in ("bad", "forbidden")], [401, 403])
        self.assertEqual(self.get("/api/v2/contacts")[0], 401)

    def test_one_side_misbehaves_and_the_other_knows_the_person(self):
        for mode, status in (("401", 401), ("404", 404), ("429", 429), ("500", 500)):
            self.assertEqual(self.upsales(f"upsales-{mode}@example.com")[0], status)
            self.assertEqual(self.freshdesk(f"upsales-{mode}@example.com")[1][0]["name"], "Ada B.")
        with self.assertRaises(Exception):
            self.freshdesk("both-drop@example.com")
        self.assertEqual(self.freshdesk("both-empty@example.com"), (200, []))

    def test_the_log(self):
        self.upsales("ada@example.com")
        [request] = self.get("/__requests")[1]
        self.assertEqual((request["path"], request["query"]["email"]), ("/api/v2/contacts", "ada@example.com"))


class Shop(PeerTest):
    script = "shop.py"

    def ask(self, path, body=None, token="shop-token", key=None):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return self.get(f"/api/v1{path}", {**headers, **({"Idempotency-Key": key} if key else {})}, body)

    def refund(self, amount, key, note=""):
        body = {"amount": amount, "currency": "EUR", "reason": "damaged", "note": note}
        return self.ask("/orders/o-1/refunds", body, key=key)

    def test_orders_are_sorted_and_paged(self):
        first = self.ask("/orders?email=ada@example.com&limit=5")[1]
        self.assertEqual((len(first["orders"]), first["previous"], first["next"], first["total"]), (5, None, "o5", 12))
        self.assertEqual(first["orders"][0]["number"], 10482)
        last = self.ask("/orders?email=ada@example.com&limit=5&cursor=o10")[1]
        self.assertEqual((len(last["orders"]), last["previous"], last["next"]), (2, "o5", None))
        totals = [one["total"] for one in self.ask("/orders?email=ada@example.com&sort=total")[1]["orders"]]
        self.assertEqual(totals, sorted(totals))
        self.assertEqual(self.ask("/orders?email=nobody@example.com")[1]["total"], 0)

    def test_tokens_and_misbehaviour(self):
        self.assertEqual(self.get("/api/v1/shop"), (200, {"name": "Acme"}))
        self.assertEqual(self.ask("/orders?email=ada@example.com", token="other")[0], 401)
        self.assertEqual(self.ask("/orders?email=shop-429@example.com")[0], 429)
        self.assertEqual(self.ask("/orders/o-99")[0], 404)

    def test_a_refund_is_made_once_for_a_key(self):
        first, again = self.refund(100, "a"), self.refund(100, "a")
        self.assertEqual((first[0], first[1]["refunded"], again), (201, 100, first))
        self.assertEqual(self.refund(200, "a"), (409, {"code": "changed"}))
        self.assertEqual(self.refund(10**6, "b")[0], 422)
        with self.assertRaises(Exception):
            self.refund(300, "c", note="lost")
        self.assertEqual(self.refund(300, "c", note="lost")[1]["refunded"], 400)
        self.assertEqual([one["amount"] for one in self.get("/__refunds")[1]], [100, 300])


class Telegram(PeerTest):
    script = "telegram.py"

    def send(self, chat, text="Hi", token="123456:test-token"):
        return self.get(f"/bot{token}/sendMessage", {"Content-Type": "application/json"}, {"chat_id": chat, "text": text})

    def test_messages_are_kept_and_errors_are_not(self):
        self.assertEqual(self.send(7)[1]["result"]["message_id"], 1)
        self.assertEqual([self.send(chat)[0] for chat in (400, 403, 429, 500, -4001)], [400, 403, 429, 500, 400])
        self.assertEqual([self.send(503)[0] for _ in range(2)], [500, 200])
        self.assertEqual(self.send(7, "x" * 4097)[0], 400)
        self.assertEqual((self.send(7, token="123456:other")[0], self.send(7, token="x")[0]), (401, 404))
        self.assertEqual([message["chat_id"] for message in self.get("/__sent")[1]], [7, 503])


if __name__ == "__main__":
    unittest.main()
