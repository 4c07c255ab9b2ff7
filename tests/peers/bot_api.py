#!/usr/bin/env python3
"""Telegram's Bot API as people emulate it who are not us (npm telegram-test-api): `sendMessage`, `setWebhook` and `getMe`, for any token.
What it does not know, files above all, it answers with 500. telegram.py is ours, which also fails on request.

    python3 tests/peers/bot_api.py                         prints `PORT <n>`
    annex serve … --egress-override api.telegram.org=http://127.0.0.1:<n>

    POST /sendMessage         {"botToken", "from", "chat", "date", …}: somebody writes to the bot, and its webhook is called
    POST /getUpdatesHistory   {"token"} -> {"result": [{"message": {"chat_id", "text", …}}, …]}, what was said, oldest first
"""

import os
import shutil
import sys

sys.dont_write_bytecode = True
import peer_env  # noqa: E402


def main():
    modules = peer_env.folder() / "npm" / "node_modules"
    node = shutil.which("node")
    if node is None or not (modules / "telegram-test-api").exists():
        sys.exit("bot_api.py: no Node.js or no telegram-test-api here; run tests/peers/setup.sh npm")
    os.execv(node, [node, str(peer_env.HERE / "bot_api" / "server.mjs"), str(modules)])


if __name__ == "__main__":
    main()
