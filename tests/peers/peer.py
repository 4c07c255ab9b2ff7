"""What the test servers share: a threaded HTTP server on 127.0.0.1 that prints `PORT <n>`, logs every request, and can
misbehave. Not started on its own; see crm.py and telegram.py.

`GET /__requests` answers the log as a JSON array, oldest first:
    {"method", "path", "query": {name: value}, "headers": {lower-case name: value}, "body": text, "json": value or null}
`DELETE /__requests` empties it.
"""

import json
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

# Longer than the host waits for an answer: 10 s for an add-on, 15 s for an event.
SLOW_SECONDS = 20


class Misbehave(Exception):
    """Instead of an answer: `drop` closes the connection, `slow` waits until the client gives up."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, handler):
        super().__init__(("127.0.0.1", 0), handler)
        self.lock = threading.Lock()
        self.requests = []
        self.stopping = threading.Event()


class Peer(BaseHTTPRequestHandler):
    """Subclasses write `respond(request) -> (status, value[, headers])`; the value is sent as JSON, bytes as they are."""

    protocol_version = "HTTP/1.1"

    def respond(self, request):
        raise NotImplementedError

    def handle_any(self):
        parts = urlsplit(self.path)
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length).decode("utf-8", "replace")
        if parts.path == "/__requests":
            return self.requests_page()
        request = {
            "method": self.command,
            "path": unquote(parts.path),
            "query": dict(parse_qsl(parts.query, keep_blank_values=True)),
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": body,
            "json": parsed(body),
        }
        with self.server.lock:
            self.server.requests.append(request)
        try:
            self.answer(*self.respond(request))
        except Misbehave as how:
            if str(how) == "slow":
                self.server.stopping.wait(SLOW_SECONDS)
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    def requests_page(self):
        with self.server.lock:
            log = list(self.server.requests)
            if self.command == "DELETE":
                self.server.requests.clear()
        self.answer(200, log)

    def answer(self, status, value, headers=()):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if isinstance(value, bytes) else "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, text in headers:
            self.send_header(name, text)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = handle_any

    def log_message(self, *_):
        """Quiet: the log is at /__requests."""


def parsed(body):
    try:
        return json.loads(body)
    except ValueError:
        return None


def run(handler, setup=lambda server: None):
    """Serves until the process ends."""
    server = Server(handler)
    setup(server)
    print(f"PORT {server.server_address[1]}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.stopping.set()
        sys.exit(0)
