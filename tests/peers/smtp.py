#!/usr/bin/env python3
"""A mail server (aiosmtpd) that keeps what it gets, and answers 451, 550 or nothing at all when told.

    python3 tests/peers/smtp.py [[--user NAME --password WORD]… | --accounts URL]
                         prints `PORT <smtp> <control>`, then `PORT <control>`
    annex serve … --smtp-url smtp://127.0.0.1:<smtp>

With --user, mail is taken only after AUTH PLAIN or LOGIN with one of those names and its word; with --accounts, after AUTH XOAUTH2
with a token of tests/peers/accounts.py at that URL.
Control is HTTP on its own port:
    GET    /__mails      every mail that was taken, oldest first: {"from", "to": […], "data": the raw message,
                         "text": its plain text as people read it, "helo"}
    DELETE /__mails      forgets them, and what is to be answered
    POST   /__answers    a JSON array: what the next mails get, one each, before 250 again. A text such as
                         "451 4.3.0 try later" or "550 5.1.1 no such mailbox" answers the end of DATA; an object
                         {"at": "connect" | "mail" | "rcpt" | "data", "answer": text} answers that stage instead, or
                         "drop" as the answer cuts the connection; "lost" takes the mail, then cuts it.
    GET    /__requests   every command of every connection, as texts
    GET    /__smtp       {"port": <smtp>}
"""

import argparse
import asyncio
import base64
import email
import email.policy
import json
import logging
import sys
import threading
import urllib.parse
import urllib.request
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

sys.dont_write_bytecode = True
import peer_env  # noqa: E402

peer_env.need("aiosmtpd")
from aiosmtpd.controller import Controller  # noqa: E402
from aiosmtpd.smtp import SMTP, AuthResult  # noqa: E402


class Box:
    """What was taken, and what is to be answered."""

    def __init__(self):
        self.lock = threading.Lock()
        self.mails, self.answers, self.commands = [], [], []

    def expect(self, answers):
        with self.lock:
            self.answers += [one if isinstance(one, dict) else {"at": "data", "answer": one} for one in answers]

    def answer_at(self, stage):
        """The next answer, when it is for this stage; else None."""
        with self.lock:
            return self.answers.pop(0)["answer"] if self.answers and self.answers[0]["at"] == stage else None

    def forget(self):
        with self.lock:
            self.mails.clear()
            self.answers.clear()
            self.commands.clear()

    def take(self, envelope, session):
        with self.lock:
            self.mails.append({
                "from": envelope.mail_from, "to": list(envelope.rcpt_tos), "helo": session.host_name,
                "data": envelope.content.decode("utf-8", "surrogateescape").replace("\r\n", "\n"),
                "text": plain_text(envelope.content),
            })


def plain_text(content):
    """The part of a message that is plain text, decoded; empty where there is none."""
    part = email.message_from_bytes(content, policy=email.policy.default).get_body(("plain",))
    return part.get_content().replace("\r\n", "\n") if part else ""


class Handler:
    def __init__(self, box):
        self.box = box

    async def handle_MAIL(self, server, _session, envelope, address, options):
        refused = self.refusal(server, "mail")
        if refused is None:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return refused or "250 OK"

    async def handle_RCPT(self, server, _session, envelope, address, options):
        refused = self.refusal(server, "rcpt")
        if refused is None:
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return refused or "250 OK"

    async def handle_DATA(self, server, session, envelope):
        answer = self.box.answer_at("data")
        if answer == "lost":
            self.box.take(envelope, session)
            return cut(server)
        if answer == "drop":
            return cut(server)
        # An answer of success is one as well: for servers that say more than `250 OK`.
        if answer is None or answer.startswith("2"):
            self.box.take(envelope, session)
        return answer or "250 OK"

    def refusal(self, server, stage):
        answer = self.box.answer_at(stage)
        return cut(server) if answer == "drop" else answer


def cut(server):
    server.transport.abort()
    return "421 cut"


class TokenHandler(Handler):
    """People log in by tokens."""

    def __init__(self, box, accounts):
        super().__init__(box)
        self.accounts = accounts

    async def auth_XOAUTH2(self, _server, args):
        said = base64.b64decode(args[1]).decode()
        user, _, token = said.removesuffix("\x01\x01").partition("\x01auth=Bearer ")
        right = await asyncio.to_thread(self.owner, token) == user.removeprefix("user=")
        return AuthResult(success=right, handled=False, auth_data=user)

    def owner(self, token):
        with urllib.request.urlopen(f"{self.accounts}/introspect?token={urllib.parse.quote(token)}") as answer:
            return json.load(answer).get("username")


class Server(SMTP):
    """Also notes every command, and refuses at once where told."""

    def __init__(self, *args, box, **kwargs):
        super().__init__(*args, **kwargs)
        self.box = box

    async def push(self, status):
        if getattr(self, "_greeted", False) is False:
            self._greeted = True
            answer = self.box.answer_at("connect")
            if answer:
                if answer != "drop":
                    await super().push(answer)
                self.transport.close()
                return
        await super().push(status)

    async def smtp_EHLO(self, hostname):
        self.note(f"EHLO {hostname}")
        await super().smtp_EHLO(hostname)

    async def smtp_MAIL(self, arg):
        self.note(f"MAIL {arg}")
        await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg):
        self.note(f"RCPT {arg}")
        await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg):
        self.note("DATA")
        await super().smtp_DATA(arg)

    async def smtp_QUIT(self, arg):
        self.note("QUIT")
        await super().smtp_QUIT(arg)

    def note(self, text):
        with self.box.lock:
            self.box.commands.append(text)


class Mailbox(Controller):
    def __init__(self, box, handler, **kwargs):
        self.box = box
        super().__init__(handler, hostname="127.0.0.1", port=0, **kwargs)

    def factory(self):
        return Server(self.handler, box=self.box, **self.SMTP_kwargs)

    def _trigger_server(self):
        """The controller connects to itself to be sure; port 0 tells nothing, so the socket is asked."""
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def control(box, smtp_port):
    class Control(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            with box.lock:
                found = {"/__mails": list(box.mails), "/__requests": list(box.commands), "/__smtp": {"port": smtp_port}}
            self.answer(200 if self.path in found else 404, found.get(self.path))

        def do_DELETE(self):
            box.forget()
            self.answer(200, {"done": True})

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            try:
                box.expect(json.loads(body))
                self.answer(200, {"done": True})
            except (ValueError, TypeError) as problem:
                self.answer(400, {"error": str(problem)})

        def answer(self, status, value):
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Quiet."""

    return ThreadingHTTPServer(("127.0.0.1", 0), Control)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--user", action="append", default=[])
    parser.add_argument("--password", action="append", default=[])
    parser.add_argument("--accounts")
    args = parser.parse_args()
    # It warns of passwords without TLS; this is a test.
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    box = Box()
    login, handler = {}, Handler(box)
    if args.accounts:
        handler = TokenHandler(box, args.accounts)
        login = {"auth_required": True, "auth_require_tls": False, "auth_exclude_mechanism": ["LOGIN", "PLAIN"]}
    elif args.user:
        known = {(user.encode(), word.encode()) for user, word in zip(args.user, args.password, strict=True)}

        def check(_server, _session, _envelope, _mechanism, given):
            return AuthResult(success=(given.login, given.password) in known, handled=False)
        login = {"authenticator": check, "auth_required": True, "auth_require_tls": False}
    mailbox = Mailbox(box, handler, **login)
    mailbox.start()
    http = control(box, mailbox.port)
    print(f"PORT {mailbox.port} {http.server_address[1]}\nPORT {http.server_address[1]}", flush=True)
    try:
        http.serve_forever()
    except KeyboardInterrupt:
        mailbox.stop()


if __name__ == "__main__":
    main()
