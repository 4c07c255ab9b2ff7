"""Idempotency keys as Stripe keeps them: the first answer again for the same request, 400 for another one, 409 while the
first is under way, and nothing kept of requests that were refused before they did anything."""

import hashlib

from .shapes import error

# A request that ends like this changed nothing, so the key may be used again. 402 (declined) and 500 are kept.
NOT_KEPT = (400, 401, 403, 404, 409, 429)


class Keys:
    def __init__(self):
        self.answers = {}
        self.running = {}
        # As if every key had expired before it was used again.
        self.ignored = False

    def expire(self):
        """As Stripe does after 24 hours."""
        self.answers.clear()

    async def run(self, key, method, path, parameters, execute):
        """`(status, body, replayed)`. `parameters`: sorted pairs, because clients send metadata in any order."""
        if method != "POST" or not key or self.ignored:
            return (*await execute(), False)
        if len(key) > 255:
            return (*error(400, "idempotency_error", "Idempotency keys are at most 255 characters long."), False)
        print_of = hashlib.sha256(f"{path}\n{parameters}".encode()).hexdigest()
        known = self.running.get(key) or self.answers.get(key, (None,))[0]
        if known not in (None, print_of):
            return (*error(400, "idempotency_error", "Keys for idempotent requests can only be used with the same "
                           f"parameters they were first used with. Try using a key other than '{key}'."), False)
        if key in self.running:
            return (*error(409, "idempotency_error", "There is currently another in-progress request using this "
                           f"idempotency key: {key}", "idempotency_key_in_use"), False)
        if key in self.answers:
            return (*self.answers[key][1:], True)
        self.running[key] = print_of
        try:
            status, answer = await execute()
        finally:
            del self.running[key]
        if status not in NOT_KEPT:
            self.answers[key] = (print_of, status, answer)
        return status, answer, False
