#!/usr/bin/env python3
"""Telegram's Bot API as far as the channel uses it, for tests: `sendMessage`, `getFile`, `setWebhook`, `getWebhookInfo`, `getMe`,
with errors on request. Each file has its id as its bytes.

    python3 tests/peers/telegram.py [--token TOKEN]        prints `PORT <n>`
    annex serve … --egress-override api.telegram.org=http://127.0.0.1:<n>

`POST /bot<TOKEN>/sendMessage` with JSON `{"chat_id", "text", "message_thread_id"?}`. The token is `123456:test-token`,
unless given; a token of another form is 404, another token 401, as with Telegram.
`GET /__sent` answers the messages that were accepted, oldest first: `[{"message_id", "chat_id", "text", …}]`.
`GET /__requests` is the log of all requests; see peer.py. Updates are not sent from here: tests post them to the webhook.

Errors, by chat: 400 chat not found, 403 the bot was blocked, 429 retry after 7 s, 500 and 502 broken, 408 no answer for
20 s, 444 the connection is closed, 401 the token is refused. -4001 has become the supergroup -1004001. The first message
to chat 503 fails with 500, later ones are accepted: for deliveries that are tried again.

Chats whose messages are accepted, and whose answers are not as they should be: 4080 answers after 14 s, 4440 closes the
connection, 2000 answers with a text that is no JSON, 2001 with nulls. 4290 asks once to wait for 34 s, and accepts after.
"""

import argparse
import re
import sys

sys.dont_write_bytecode = True
from peer import Misbehave, Peer, run  # noqa: E402

ERRORS = {
    400: (400, "Bad Request: chat not found", {}),
    401: (401, "Unauthorized", {}),
    403: (403, "Forbidden: bot was blocked by the user", {}),
    429: (429, "Too Many Requests: retry after 7", {"retry_after": 7}),
    500: (500, "Internal Server Error", {}),
    502: (502, "Bad Gateway", {}),
    -4001: (400, "Bad Request: group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": -1004001}),
}
LONGEST = 4096
LATE_SECONDS = 14


class Telegram(Peer):
    def respond(self, request):
        if request["path"] == "/__sent":
            with self.server.lock:
                return 200, list(self.server.sent)
        fetched = re.fullmatch(r"/file/bot([0-9]+:[A-Za-z0-9_-]+)/documents/([A-Za-z0-9_-]+)", request["path"])
        if fetched and fetched.group(1) == self.server.token:
            return 200, fetched.group(2).encode()
        call = re.fullmatch(r"/bot([0-9]+:[A-Za-z0-9_-]+)/(\w+)", request["path"])
        if not call:
            return error(404, "Not Found")
        token, method = call.groups()
        if token != self.server.token:
            return error(401, "Unauthorized")
        if method == "sendMessage":
            return self.send_message(request["json"])
        if method == "getFile":
            file = re.sub(r"[^A-Za-z0-9_-]", "", (request["json"] or {}).get("file_id", ""))
            return 200, {"ok": True, "result": {"file_id": file, "file_path": f"documents/{file}"}}
        if method == "setWebhook":
            return self.set_webhook(request["json"] or {})
        if method == "getMe":
            return 200, {"ok": True, "result": {"id": 123456, "is_bot": True, "first_name": "Shop", "username": "shop_bot"}}
        if method == "getWebhookInfo":
            with self.server.lock:
                url = self.server.webhook.get("url", "")
            return 200, {"ok": True, "result": {"url": url, "pending_update_count": 0, "max_connections": 40}}
        return error(404, "Not Found: method not found")

    def set_webhook(self, wanted):
        """Any address, so that tests can use loopback; Telegram itself takes https alone."""
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", wanted.get("secret_token", "")):
            return error(400, "Bad Request: secret token contains unallowed characters")
        if not wanted.get("url", "").startswith("http"):
            return error(400, "Bad Request: bad webhook: invalid URL")
        with self.server.lock:
            self.server.webhook = wanted
        return 200, {"ok": True, "result": True, "description": "Webhook was set"}

    def send_message(self, message):
        if not isinstance(message, dict) or not isinstance(message.get("chat_id"), int):
            return error(400, "Bad Request: chat_id is empty")
        chat, text = message["chat_id"], message.get("text")
        if not isinstance(text, str) or not text.strip():
            return error(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > LONGEST:
            return error(400, "Bad Request: message is too long")
        if chat in (408, 444):
            raise Misbehave("slow" if chat == 408 else "drop")
        if chat in ERRORS:
            return error(*ERRORS[chat])
        with self.server.lock:
            if chat == 503 and not self.server.failed_once:
                self.server.failed_once = True
                return error(500, "Internal Server Error")
            if chat == 4290 and not self.server.waited:
                self.server.waited = True
                return error(429, "Too Many Requests: retry after 34", {"retry_after": 34})
            sent = {"message_id": len(self.server.sent) + 1, **message}
            self.server.sent.append(sent)
        if chat == 4080:
            self.server.stopping.wait(LATE_SECONDS)
        if chat == 4440:
            raise Misbehave("drop")
        if chat == 2000:
            return 200, b"<html>accepted</html>"
        if chat == 2001:
            return 200, {"ok": True, "result": {"message_id": None}, "description": None}
        result = {"message_id": sent["message_id"], "date": 1700000000, "chat": {"id": chat}, "text": text}
        return 200, {"ok": True, "result": result}


def error(status, description, parameters=None):
    body = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return status, body


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--token", default="123456:test-token")
    args = parser.parse_args()

    def setup(server):
        server.token = args.token
        server.sent = []
        server.failed_once = False
        server.waited = False
        server.webhook = {}

    run(Telegram, setup)


if __name__ == "__main__":
    main()
