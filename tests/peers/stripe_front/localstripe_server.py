"""localstripe in a process of its own: python localstripe_server.py; prints `PORT <n>`, and ends when its input does.

Differs from `python -m localstripe` in three ways: it listens on 127.0.0.1 on a free port, does not write its whole store
to a fixed file at each change, and is quiet.
"""

import os
import socket
import sys
import threading

from aiohttp import web
from localstripe import resources

resources.Store.dump_to_disk = lambda self: None

from localstripe.server import app  # noqa: E402


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


def main():
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)  # before the port is told: who connects at once waits instead of being refused
    threading.Thread(target=end_with_parent, daemon=True).start()
    print(f"PORT {listener.getsockname()[1]}", flush=True)
    web.run_app(app, sock=listener, access_log=None, print=None)


if __name__ == "__main__":
    main()
