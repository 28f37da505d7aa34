"""Kasane's CRM over HTTP. The one place where its failures become ours."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, ClassVar, TypeVar

from msgspec import Struct
from pydantic import BaseModel

from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpResponse, checked
from connectors.sdk.reading import drift, read
from connectors.sdk.source import SourceContext
from schema.domain.customer import CustomerKey, CustomerKeyKind, CustomerLink, CustomerRecord
from schema.domain.errors import SourceError
from schema.domain.loyalty import LoyaltyRecord
from tests.bench.handwritten_crm import mapping
from tests.bench.handwritten_crm.config import KasaneCrmConfig
from tests.bench.handwritten_crm.token import AccessToken

K = TypeVar("K")
V = TypeVar("V")
R = TypeVar("R")

_LOOKUPS: Mapping[CustomerKeyKind, str] = {
    CustomerKeyKind.EMAIL: "email",
    CustomerKeyKind.PHONE: "phone",
    CustomerKeyKind.MEMBERSHIP: "membership",
}
# So that a record that was merged brings the other along, and costs no second call.
_EXPAND = ["merged_into"]


class _Customers(Struct):
    """An answer to a batch: one record or null for each id, in the order asked."""

    customers: list[Any]


class _Matches(Struct):
    """An answer to a lookup: every record under each value, in the order asked."""

    customers: list[list[Any]]


class _Accounts(Struct):
    """An answer to a batch: one account or null for each customer, in the order asked."""

    accounts: list[Any]


class KasaneCrm:
    """The `CustomerReader` and `LoyaltyReader` of Kasane's CRM.

    Concurrency: any number of callers; a cancelled call closes its connection.
    """

    Config: ClassVar[type[BaseModel]] = KasaneCrmConfig

    def __init__(self, config: KasaneCrmConfig, context: SourceContext) -> None:
        self._config = config
        self._name = context.name
        self._http = context.http.client(config.base_url, context.limits)
        self._token = AccessToken(
            self._http,
            context.limits,
            client_id=config.client_id,
            client_secret=config.client_secret.get_secret_value(),
        )

    async def probe(self, ctx: CallContext) -> None:
        """See `Connector.probe`. The credentials are tried as well."""
        await self._ask(ctx, "GET", "/v2/health")

    async def aclose(self) -> None:
        """See `Connector.aclose`."""
        await self._token.aclose()
        await self._http.aclose()

    async def customers(
        self, ctx: CallContext, keys: Sequence[CustomerKey]
    ) -> Mapping[CustomerKey, CustomerRecord | SourceError]:
        """See `CustomerReader.customers`. One call for each kind of key, all at the same time.

        A key that leads to a merged record answers with the one it was merged into; a key that
        several people share answers `Conflict`.
        """
        kinds: dict[CustomerKeyKind, list[CustomerKey]] = defaultdict(list)
        for key in dict.fromkeys(keys):
            kinds[key.kind].append(key)
        asked = self._asked()
        try:
            async with asyncio.TaskGroup() as group:
                calls = [
                    group.create_task(self._matches(ctx, kind, [key.value for key in some]))
                    for kind, some in kinds.items()
                ]
        except ExceptionGroup as errors:
            first = errors.exceptions[0]
            raise first from first.__cause__
        found = {
            key: matches
            for some, call in zip(kinds.values(), calls, strict=True)
            for key, matches in zip(some, call.result(), strict=True)
        }
        return _each(found, lambda matches: mapping.customer(matches, asked))

    async def loyalty(
        self, ctx: CallContext, customers: Sequence[CustomerLink]
    ) -> Mapping[CustomerLink, LoyaltyRecord | SourceError]:
        """See `LoyaltyReader.loyalty`. One call; links to other systems are looked up before it."""
        ids, answers = await self._ids(ctx, customers)
        asked = self._asked()
        unique = list(dict.fromkeys(ids.values()))
        if not unique:
            return answers
        content = await self._ask(ctx, "POST", "/v2/loyalty/batch", {"customer_ids": unique})
        rows = _aligned(unique, read(_Accounts, content, where="loyalty").accounts, "accounts")
        found = _each(
            dict(zip(unique, rows, strict=True)),
            lambda row: None if row is None else mapping.account(row, asked),
        )
        return {**answers, **{link: found[it] for link, it in ids.items() if it in found}}

    async def _ids(
        self, ctx: CallContext, links: Sequence[CustomerLink]
    ) -> tuple[dict[CustomerLink, str], dict[CustomerLink, LoyaltyRecord | SourceError]]:
        """The CRM's own id of each customer, and the errors of those that could not be told."""
        keys = {link: key for link in links if (key := self._key(link))}
        ids = {link: it.value for link, it in keys.items() if it.kind is CustomerKeyKind.ID}
        others = {link: key for link, key in keys.items() if link not in ids}
        found = await self.customers(ctx, list(others.values()))
        errors: dict[CustomerLink, LoyaltyRecord | SourceError] = {}
        for link, key in others.items():
            customer = found.get(key)
            if isinstance(customer, SourceError):
                errors[link] = customer
            elif customer is not None:
                ids[link] = customer.ref.id
        return ids, errors

    def _key(self, link: CustomerLink) -> CustomerKey | None:
        """The best key of the CRM's that a link holds."""
        if link.ref and link.ref.name == self._name:
            return CustomerKey(CustomerKeyKind.ID, link.ref.id)
        if link.membership:
            return CustomerKey(CustomerKeyKind.MEMBERSHIP, link.membership)
        if link.email:
            return CustomerKey(CustomerKeyKind.EMAIL, link.email)
        return CustomerKey(CustomerKeyKind.PHONE, link.phone) if link.phone else None

    async def _matches(
        self, ctx: CallContext, kind: CustomerKeyKind, values: Sequence[str]
    ) -> Sequence[Sequence[Any]]:
        """The records under each value."""
        if kind is CustomerKeyKind.ID:
            body = {"ids": values, "expand": _EXPAND}
            content = await self._ask(ctx, "POST", "/v2/customers/batch", body)
            rows = read(_Customers, content, where="customers").customers
            return _aligned(values, [[] if row is None else [row] for row in rows], "customers")
        query = {"by": _LOOKUPS[kind], "values": values, "expand": _EXPAND}
        content = await self._ask(ctx, "POST", "/v2/customers/lookup", query)
        return _aligned(values, read(_Matches, content, where="lookup").customers, "customers")

    async def _ask(self, ctx: CallContext, method: str, path: str, body: object = None) -> Any:
        """Read JSON. Where the token is refused, a new one is tried, once."""
        response = await self._send(ctx, method, path, body)
        if response.status == HTTPStatus.UNAUTHORIZED:
            response = await self._send(ctx, method, path, body)
        return checked(response).json()

    async def _send(self, ctx: CallContext, method: str, path: str, body: object) -> HttpResponse:
        token = await self._token.text(ctx)
        headers = {"authorization": f"Bearer {token}"}
        response = await self._http.request(ctx, method, path, json=body, headers=headers)
        if response.status == HTTPStatus.UNAUTHORIZED:
            self._token.drop(token)
        return response

    def _asked(self) -> mapping.Asked:
        return mapping.Asked(self._name, datetime.now(UTC), self._config.region)


def _aligned(asked: Sequence[object], rows: list[R], field: str) -> list[R]:
    """Rows that come in the order asked and are told apart by nothing else."""
    if len(rows) != len(asked):
        raise drift(field, "expected one row for each asked")
    return rows


def _each(rows: Mapping[K, R], make: Callable[[R], V | None]) -> dict[K, V | SourceError]:
    """What each row stands for; one that cannot be read is that key's alone, None is left out."""
    made: dict[K, V | SourceError] = {}
    for key, row in rows.items():
        try:
            if (value := make(row)) is not None:
                made[key] = value
        except SourceError as error:
            made[key] = error
    return made
