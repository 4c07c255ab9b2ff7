"""What goes wrong on purpose: single faults, taken in the order they were asked for, and chaos by chance from a seed."""

import random
import re

# Before the effect: the request is lost or refused; inside: it takes long; after: the effect stays, the answer does not.
KINDS = ("lost-request", "status", "slow", "lost-answer", "status-after", "slow-answer", "garbage")


class Fault:
    def __init__(self, wish):
        self.kind = wish.get("kind")
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        self.method = wish.get("method")
        self.path = re.compile(wish.get("path", ""))
        self.status = int(wish.get("status", 500))
        self.seconds = float(wish.get("seconds", 1))
        self.skip = int(wish.get("skip", 0))
        self.times = int(wish.get("times", 1))
        self.wish = wish

    def takes(self, method, path):
        if self.method not in (None, method) or not self.path.search(path) or self.times == 0:
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return True


class Faults:
    def __init__(self):
        self.clear()

    def clear(self):
        self.waiting = []
        self.hits = []
        self.chances = []
        self.path = re.compile("")
        self.random = random.Random(0)

    def add(self, wish):
        self.waiting.append(Fault(wish))

    def chaos(self, wish):
        """For each request whose path fits: `{"seed": 7, "path": "…", "lost-answer": 0.05, "slow": {"chance": 0.1,
        "seconds": 0.3}, "kinds": [["status", 0.02, {"status": 429}], ["status", 0.02, {"status": 500}]]}`."""
        chances = [(kind, *as_pair(chance)) for kind, chance in wish.items() if kind not in ("seed", "path", "kinds")]
        chances += [(kind, chance, more[0] if more else {}) for kind, chance, *more in wish.get("kinds", [])]
        self.random = random.Random(wish.get("seed", 0))
        self.path = re.compile(wish.get("path", ""))
        self.chances = [(float(chance), Fault({**more, "kind": kind})) for kind, chance, more in chances]

    def pick(self, method, path):
        found = next((fault for fault in self.waiting if fault.takes(method, path)), None)
        self.waiting = [fault for fault in self.waiting if fault.times != 0]
        if found is None and self.chances and self.path.search(path):
            lot = self.random.random()
            for chance, fault in self.chances:
                if lot < chance:
                    found = fault
                    break
                lot -= chance
        if found:
            self.hits.append({"kind": found.kind, "method": method, "path": path})
        return found


def as_pair(chance):
    if isinstance(chance, dict):
        more = dict(chance)
        return more.pop("chance"), more
    return chance, {}
