"""The CRM's interface: JSON over HTTP, version 2."""

import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from http import HTTPStatus
from typing import TypeVar

import msgspec
from aiohttp import web
from msgspec.structs import asdict

from gateway.demo.crm.benefits import Consents, coupons, knows_channels
from gateway.demo.crm.changes import ChangeFeed, Kind, UnknownCursorError
from gateway.demo.crm.directory import Directory
from gateway.demo.crm.gate import Gate, RefusedError
from gateway.demo.crm.rate import Rate
from gateway.demo.crm.records import Person
from gateway.demo.crm.requests import (
    CustomerPatch,
    CustomersBatch,
    CustomersLookup,
    LoyaltyBatch,
    WebhookAddress,
)
from gateway.demo.crm.settings import Settings
from gateway.demo.crm.tokens import Tokens
from gateway.demo.crm.webhooks import Webhooks
from gateway.demo.data.records import Customer
from gateway.demo.process import Conduct

T = TypeVar("T")

_PAGE_MAX = 200
_EXPANDED = "merged_into"


class Crm:
    """Answers about the customers that the CRM knows, and remembers what is changed."""

    def __init__(self, customers: Sequence[Customer], settings: Settings) -> None:
        self.tokens = Tokens(settings.secret, settings.token_life_s)
        self._rate = Rate(settings.calls_per_s)
        self._directory = Directory(customers)
        self._consents = Consents()
        self._feed = ChangeFeed()
        self._webhooks = Webhooks()

    def application(self, conduct: Conduct) -> web.Application:
        """The routes; their names are those under which calls are counted."""
        gate = Gate(self._rate, self.tokens)
        made = web.Application(middlewares=[conduct.middleware, gate.middleware])
        made.cleanup_ctx.append(self._webhooks.context)
        add = made.router.add_route
        add("POST", "/oauth/token", self.tokens.give, name="token")
        add("GET", "/v2/health", _health, name="health")
        add("GET", "/v2/customers", self._customers_page, name="customers.page")
        add("POST", "/v2/customers/batch", self._customers_batch, name="customers.batch")
        add("POST", "/v2/customers/lookup", self._customers_lookup, name="customers.lookup")
        add("PATCH", "/v2/customers/{id}", self._customer_update, name="customers.update")
        add("GET", "/v2/customers/{id}/coupons", self._coupons_of, name="coupons.read")
        add("GET", "/v2/customers/{id}/consents", self._consents_of, name="consents.read")
        add("PUT", "/v2/customers/{id}/consents", self._consents_put, name="consents.write")
        add("POST", "/v2/loyalty/batch", self._loyalty_batch, name="loyalty.batch")
        add("GET", "/v2/changes", self._changes, name="changes.read")
        add("POST", "/v2/webhooks", self._webhook_add, name="webhooks.create")
        return made

    async def _customers_page(self, request: web.Request) -> web.Response:
        limit = _limit(request)
        found = self._directory.page(_decoded(request.query.get("cursor", "")), limit)
        more = len(found) == limit
        return _json({"customers": found, "next": _encoded(found[-1].id) if more else None})

    async def _customers_batch(self, request: web.Request) -> web.Response:
        asked = await _body(request, CustomersBatch)
        expand = _EXPANDED in asked.expand
        found = map(self._directory.person, asked.ids)
        shown = [self._directory.shown(it, expand=expand) if it else None for it in found]
        return _json({"customers": shown})

    async def _customers_lookup(self, request: web.Request) -> web.Response:
        asked = await _body(request, CustomersLookup)
        expand = _EXPANDED in asked.expand
        found = (self._directory.matches(asked.by, value) for value in asked.values)
        shown = [[self._directory.shown(it, expand=expand) for it in some] for some in found]
        return _json({"customers": shown})

    async def _customer_update(self, request: web.Request) -> web.Response:
        patch = await _body(request, CustomerPatch)
        record = self._person(request)
        if record.merged_into:
            raise RefusedError(HTTPStatus.CONFLICT, "merged")
        said = {name: it for name, it in asdict(patch).items() if it is not msgspec.UNSET}
        new = self._directory.update(record.id, said, _now_ms())
        self._changed("customer.updated", new.id)
        return _json(new)

    async def _coupons_of(self, request: web.Request) -> web.Response:
        return _json({"coupons": coupons(self._person(request).id)})

    async def _consents_of(self, request: web.Request) -> web.Response:
        record = self._person(request)
        return _json({"consents": self._consents.of(record.id, record.created_ms)})

    async def _consents_put(self, request: web.Request) -> web.Response:
        granted = await _body(request, dict[str, bool])
        if not knows_channels(granted):
            raise RefusedError(HTTPStatus.BAD_REQUEST, "unknown_channel")
        record = self._person(request)
        self._consents.put(record.id, granted, _now_ms())
        self._changed("consents.updated", record.id)
        return _json({"consents": self._consents.of(record.id, record.created_ms)})

    async def _loyalty_batch(self, request: web.Request) -> web.Response:
        asked = await _body(request, LoyaltyBatch)
        return _json({"accounts": [self._directory.account(it) for it in asked.customer_ids]})

    async def _changes(self, request: web.Request) -> web.Response:
        cursor, limit = request.query.get("after", ""), _limit(request)
        try:
            found = self._feed.after(cursor, limit)
        except UnknownCursorError:
            raise RefusedError(HTTPStatus.GONE, "unknown_cursor") from None
        return _json({"changes": found, "next": found[-1].cursor if found else cursor})

    async def _webhook_add(self, request: web.Request) -> web.Response:
        address = await _body(request, WebhookAddress)
        return _json(self._webhooks.add(address.url), HTTPStatus.CREATED)

    def _person(self, request: web.Request) -> Person:
        record = self._directory.person(request.match_info["id"])
        if record is None:
            raise RefusedError(HTTPStatus.NOT_FOUND, "not_found")
        return record

    def _changed(self, kind: Kind, customer: str) -> None:
        self._webhooks.tell(self._feed.add(kind, customer, _now_ms()))


async def _health(_: web.Request) -> web.Response:
    return _json({"status": "ok"})


async def _body(request: web.Request, kind: type[T]) -> T:
    return msgspec.json.decode(await request.read(), type=kind)


def _json(value: object, status: int = HTTPStatus.OK) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(value), status=status, content_type="application/json"
    )


def _limit(request: web.Request) -> int:
    text = request.query.get("limit", "50")
    if not text.isdecimal() or not 0 < int(text) <= _PAGE_MAX:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "invalid_limit")
    return int(text)


def _encoded(last: str) -> str:
    return urlsafe_b64encode(last.encode()).decode()


def _decoded(cursor: str) -> str:
    try:
        return urlsafe_b64decode(cursor).decode()
    except ValueError:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "invalid_cursor") from None


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
