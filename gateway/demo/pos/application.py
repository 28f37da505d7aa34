"""The POS over HTTP: one sale a call, lists by page number, and a till's upload."""

import re
from base64 import b64encode
from hmac import compare_digest

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from gateway.demo.pos.ledger import Choice, Ledger
from gateway.demo.pos.sale import VOIDED, Sale, Tender
from gateway.demo.process import Conduct

USER = "tillgraph"

_PAGE_MAX = 50
_TIME = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}")
_NUMBER = re.compile(r"[0-9]{1,6}")


def application(ledger: Ledger, conduct: Conduct, password: str) -> web.Application:
    """The POS of these sales, open to one user."""

    async def ping(_: web.Request) -> web.Response:
        return _json({"st": "OK"})

    async def one(request: web.Request) -> web.Response:
        sale = ledger.sale(request.match_info["receipt_no"])
        return _refusal(404, "E404") if sale is None else _json(sale)

    async def some(request: web.Request) -> web.Response:
        try:
            page, size = _number(request, "page", 1), _number(request, "per_page", _PAGE_MAX)
            choice = _choice(request)
        except ValueError:
            return _refusal(400, "E400")
        rows, more = ledger.page(choice, page, min(size, _PAGE_MAX))
        return _json({"pg": page, "nxt": "Y" if more else "N", "rows": rows})

    async def upload(request: web.Request) -> web.Response:
        try:
            sale = msgspec.json.decode(await request.read(), type=Sale)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return _refusal(400, "E400")
        ledger.put(sale)
        return _json({"rcp_no": sale.rcp_no}, status=201)

    made = web.Application(middlewares=[conduct.middleware, _gate(password)])
    made.router.add_get("/api/ping", ping)
    made.router.add_get("/api/sales", some)
    made.router.add_post("/api/sales", upload)
    made.router.add_get("/api/sales/{receipt_no}", one)
    made.router.add_post("/api/sales/{receipt_no}/tenders", _tender(ledger))
    return made


def _tender(ledger: Ledger) -> Handler:
    """Money that is noted on a sale, once for each reference."""

    async def tender(request: web.Request) -> web.Response:
        try:
            told = msgspec.json.decode(await request.read(), type=Tender)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return _refusal(400, "E400")
        receipt = request.match_info["receipt_no"]
        sale = ledger.sale(receipt)
        if not told.ref:
            return _refusal(400, "E400")
        if sale is None:
            return _refusal(404, "E404")
        place = None if sale.st == VOIDED else ledger.tender(receipt, told)
        if place is None:
            return _refusal(409, "E409")
        return _json({"rcp_no": receipt, "tnd_no": place}, status=201)

    return tender


def _gate(password: str) -> Middleware:
    expected = b"Basic " + b64encode(f"{USER}:{password}".encode())

    @web.middleware
    async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
        told = request.headers.get("Authorization", "").encode(errors="replace")
        if not compare_digest(told, expected):
            refusal = _refusal(401, "E401")
            refusal.headers["WWW-Authenticate"] = 'Basic realm="pos"'
            return refusal
        return await handler(request)

    return gate


def _choice(request: web.Request) -> Choice:
    told = request.query
    everything = Choice()
    return Choice(
        stores=frozenset(told["store"].split(",")) if told.get("store") else None,
        member=told.get("member") or None,
        since=_time(told.get("from"), everything.since),
        until=_time(told.get("to"), everything.until),
    )


def _time(text: str | None, otherwise: str) -> str:
    if not text:
        return otherwise
    if not _TIME.fullmatch(text):
        raise ValueError("expected YYYY-MM-DD hh:mm:ss")
    return text


def _number(request: web.Request, name: str, otherwise: int) -> int:
    text = request.query.get(name, str(otherwise))
    if not _NUMBER.fullmatch(text) or int(text) < 1:
        raise ValueError("expected a number from 1 on")
    return int(text)


def _refusal(status: int, code: str) -> web.Response:
    return _json({"err_cd": code}, status=status)


def _json(value: object, status: int = 200) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(value), status=status, content_type="application/json"
    )
