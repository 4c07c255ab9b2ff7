"""The two pages that payers see at Stripe: the one on which a card is added, and the one of 3-D Secure."""

from html import escape
from urllib.parse import urlencode

from aiohttp import web

FRAME = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><body><main><h1>{title}</h1>{body}</main></body></html>"""

CARD = """{problem}<form method="post">
<p><label>Card number <input name="number" required autocomplete="off"></label></p>
<p><label>Month <input name="month" value="12"></label> <label>Year <input name="year" value="2040"></label>
<label>CVC <input name="cvc" value="123"></label></p>
<p><button>Save card</button> <a href="{back}">Back</a></p></form>"""

BANK = """<p>{amount} {currency}</p><form method="post">
<button name="action" value="complete">Complete authentication</button>
<button name="action" value="fail">Fail authentication</button></form>"""


def shown(title, body, status=200):
    return web.Response(text=FRAME.format(title=escape(title), body=body), content_type="text/html", status=status)


def card_form(session, problem=""):
    text = f'<p role="alert">{escape(problem)}</p>' if problem else ""
    back = session["cancel_url"] or session["success_url"]
    return shown("Add a card", CARD.format(problem=text, back=escape(back, quote=True)), 402 if problem else 200)


def routes(front):
    async def card(request):
        session = front.api.sessions.get(request.match_info["id"])
        if session is None or session["status"] != "open":
            return shown("This page was used or does not exist", "", 404)
        if request.method == "GET":
            return card_form(session)
        typed = await request.post()
        fields = {name: typed[name].replace(" ", "") for name in ("number", "month", "year", "cvc") if typed.get(name)}
        async with front.api.lock:
            status, answer = await front.api.complete_session(session, fields)
        if status != 200:
            return card_form(session, answer["error"].get("message", "Your card was declined."))
        raise web.HTTPSeeOther(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]))

    async def bank(request):
        intent_id = request.match_info["id"]
        intent = await front.api.get_intent(intent_id)
        if intent is None:
            return shown("This page does not exist", "", 404)
        if request.method == "POST":
            success = (await request.post()).get("action") == "complete"
            async with front.api.lock:
                await front.api.authenticate(intent_id, success)
            back = front.shapes.return_urls.get(intent_id)
            if back:
                told = urlencode({"payment_intent": intent_id, "redirect_status": "succeeded" if success else "failed"})
                raise web.HTTPSeeOther(f"{back}{'&' if '?' in back else '?'}{told}")
            return shown("Done", "")
        if intent["status"] != "requires_action":
            return shown("There is nothing to confirm", "")
        return shown("Confirm the payment", BANK.format(amount=intent["amount"], currency=escape(intent["currency"])))

    return [
        web.get("/c/pay/{id}", card), web.post("/c/pay/{id}", card),
        web.get("/3ds/{id}", bank), web.post("/3ds/{id}", bank),
    ]
