"""Puts the gateway together, and takes it from one configuration to the next."""

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import chain
from zoneinfo import ZoneInfo

from graphql import GraphQLSchema
from msgspec import Struct

from connectors.sdk.registry import Registry
from gateway.engine.crosswalk import Crosswalk
from gateway.engine.order_books import OrderBooks
from gateway.engine.order_numbers import order_by_number
from gateway.engine.source import Source
from gateway.execution import Executor
from gateway.http.app import create_app
from gateway.http.fields import GraphFields
from gateway.payments.absent import NoPayments
from gateway.payments.adopt import OnlineOrders
from gateway.payments.book_keeping import BookPlan, keep_books
from gateway.payments.books import NoBooks, PaymentBooks
from gateway.payments.reader_absent import NoReaders
from gateway.payments.reader_audit import ReaderDoubt, doubts
from gateway.payments.reader_names import StoreReaders
from gateway.payments.reconcile.schedule import DailyAt
from gateway.payments.service import PaymentService
from gateway.payments.tasks.absent import NoReaderTasks
from gateway.payments.timing import Timing
from gateway.settings.model import PaymentSettings, Settings
from gateway.standing import Standing, stand
from gateway.storage.crosswalk import SqlCrosswalk
from gateway.storage.engine import Database
from gateway.storage.journal import SqlJournal
from schema.domain.errors import NotFound, SourceError
from schema.domain.scope import Actor, RequestScope
from schema.graphql.context import Context
from schema.graphql.schema import core, graph

log = logging.getLogger(__name__)

_PROBE_S = 10.0


class ProbeResult(Struct, frozen=True):
    """How one system answered a sign of life; `code` tells why it did not."""

    connector: str
    ok: bool
    latency_ms: float
    code: str | None = None


class Gateway:
    """A gateway that is put together; `app` is what a server serves.

    Implements `gateway.http.operations.Operations`.
    """

    def __init__(self, settings: Settings, registry: Registry, database: Database) -> None:
        self._registry = registry
        self._database = database
        self._crosswalk = Crosswalk()
        self._journal = SqlJournal(database)
        self._payments: PaymentService | None = None
        self._books: PaymentBooks | None = None
        self._standing = stand(settings, registry, self._crosswalk, None)
        self.executor = Executor(GraphFields(graph()))
        self._leaving: dict[asyncio.Task[None], Sequence[Source]] = {}
        self.app = create_app(settings.server, self)

    async def open(self) -> None:
        """Take up what the database holds. No system is asked."""
        self._crosswalk.replace(await SqlCrosswalk(self._database).load())
        self._payments = await self._pay(self._standing)
        await self._renew_books()

    async def reload(self, settings: Settings) -> None:
        """Stand on another configuration; systems that it leaves alone keep their connections.

        What runs on the old one comes to its end first.
        """
        old = self._standing
        if settings.storage != old.settings.storage:
            log.warning("`storage` changes with a restart only")
        new = stand(settings, self._registry, self._crosswalk, old)
        if self._payments and _provider(new) is _provider(old):
            self._payments.directory.replace(_readers(settings))
            self._payments.adoption.orders = self._online_orders(settings)
        else:
            books, self._books = self._books, None
            if books:
                await books.aclose()
            before, self._payments = self._payments, await self._pay(new)
            if before:
                await before.aclose()
        self._standing = new
        await self._renew_books()
        self._leave([it for it in old.sources.values() if it not in new.sources.values()])

    async def probe(self) -> Mapping[str, ProbeResult]:
        """Ask every system for a sign of life, all at once. Order: the configuration's."""
        sources = self._standing.sources
        found = await asyncio.gather(*(_probed(source) for source in sources.values()))
        return dict(zip(sources, found, strict=True))

    async def reader_doubts(self) -> Sequence[ReaderDoubt]:
        """What is wrong with the readers as they are configured, or called at the provider."""
        return await doubts(self._payments.directory) if self._payments else []

    async def aclose(self) -> None:
        """End every task and close every connection. The journal holds what was not finished."""
        if self._books:
            await self._books.aclose()
        if self._payments:
            await self._payments.aclose()
        leaving = dict(self._leaving)
        for task in leaving:
            task.cancel()
        await asyncio.gather(*leaving, return_exceptions=True)
        await _close([*self._standing.sources.values(), *chain(*leaving.values())])
        await self._database.aclose()

    @property
    def schema(self) -> GraphQLSchema:
        """See `Operations.schema`."""
        return core()

    def context(self, scope: RequestScope) -> Context:
        """See `Operations.context`."""
        on = self._standing
        return Context(
            scope=scope,
            ids=self._crosswalk,
            customers=on.customers,
            orders=on.orders,
            catalog=on.catalog,
            stock=on.stock,
            stores=on.stores,
            payments=self._payments or NoPayments(),
            readers=self._payments.readers if self._payments else NoReaders(),
            reader_tasks=(self._payments and self._payments.tasks) or NoReaderTasks(),
            books=self._books or NoBooks(),
            sources=on.directory,
        )

    async def webhook(self, source: str, body: bytes, headers: Mapping[str, str]) -> None:
        """See `Operations.webhook`."""
        payments = self._paid_through(source)
        if payments is None:
            raise NotFound("no such source sends events", source=source)
        await payments.webhooks.receive(body, headers)

    def webhook_refused(self, source: str, reason: str) -> None:
        """See `Operations.webhook_refused`."""
        if payments := self._paid_through(source):
            payments.webhooks.refused(reason)

    def ready(self) -> bool:
        """See `Operations.ready`: the gateway is served only once it is put together."""
        return True

    def _paid_through(self, source: str) -> PaymentService | None:
        settings = self._standing.settings.payments
        return self._payments if settings and settings.source == source else None

    async def _pay(self, standing: Standing) -> PaymentService | None:
        """The payments of a configuration, with what an earlier process left unfinished."""
        service = self.payments_of(standing)
        if service is not None:
            await service.open()
        return service

    def payments_of(self, standing: Standing | None = None) -> PaymentService | None:
        """The payments of a configuration, not opened: they follow nothing, and take nothing up."""
        standing = standing or self._standing
        source, settings = _provider(standing), standing.settings
        if source is None or settings.payments is None:
            return None
        return PaymentService(
            source.connector,
            self._journal,
            _readers(settings),
            source=source.name,
            timing=Timing(
                attempt_deadline_s=settings.payments.attempt_deadline_s,
                events_kept_days=settings.payments.events_kept_days,
                inputs_kept_s=settings.payments.inputs_kept_s,
            ),
            watched=source.watched,
            online_orders=self._online_orders(settings),
        )

    def _online_orders(self, settings: Settings) -> OnlineOrders | None:
        """How online payments tell their order, if the configuration says so."""
        key = settings.payments.online_order_key if settings.payments else None
        find = order_by_number(lambda: self._standing.orders)
        return OnlineOrders(key, find) if key else None

    def books_of(self, payments: PaymentService) -> PaymentBooks:
        """What keeps other systems' books in step under this configuration, not begun."""
        source, settings = _provider(self._standing), self._standing.settings
        reads = source is not None and source.offers("PaymentLedger")
        return keep_books(
            self._journal,
            payments,
            OrderBooks(lambda: self._standing.sources, self._crosswalk),
            source.connector if source and reads else None,
            _book_plan(settings),
            watched=source.watched if source else None,
        )

    async def _renew_books(self) -> None:
        before, self._books = self._books, None
        if before:
            await before.aclose()
        if self._payments:
            self._books = self.books_of(self._payments)
            self._books.open()

    def _leave(self, sources: Sequence[Source]) -> None:
        async def leave() -> None:
            await asyncio.sleep(self._standing.settings.server.deadline_s)
            await _close(sources)

        task = asyncio.create_task(leave(), name="sources of the old configuration")
        self._leaving[task] = sources
        task.add_done_callback(self._leaving.pop)


async def open_gateway(settings: Settings, registry: Registry) -> Gateway:
    """Put a gateway together and open its database, inside the running event loop.

    Raises:
        FileNotFoundError: The folder of the database's file does not exist.
    """
    database = await Database.open(settings.storage.url)
    gateway = Gateway(settings, registry, database)
    try:
        await gateway.open()
    except BaseException:
        await gateway.aclose()
        raise
    return gateway


@asynccontextmanager
async def open_books(settings: Settings, registry: Registry) -> AsyncIterator[PaymentBooks]:
    """The books alone, for a command beside the gateway that serves. Raises as `open_payments`."""
    database = await Database.open(settings.storage.url)
    gateway = Gateway(settings, registry, database)
    try:
        service = gateway.payments_of()
        if service is None:
            raise NotFound("the configuration has no `payments`")
        try:
            yield gateway.books_of(service)
        finally:
            await service.aclose()
    finally:
        await gateway.aclose()


@asynccontextmanager
async def open_payments(settings: Settings, registry: Registry) -> AsyncIterator[PaymentService]:
    """The payments alone, for a command beside the gateway that serves: nothing is taken up.

    Raises:
        NotFound: The configuration has none.
        FileNotFoundError: The folder of the database's file does not exist.
    """
    database = await Database.open(settings.storage.url)
    gateway = Gateway(settings, registry, database)
    try:
        service = gateway.payments_of()
        if service is None:
            raise NotFound("the configuration has no `payments`")
        try:
            yield service
        finally:
            await service.aclose()
    finally:
        await gateway.aclose()


def _provider(standing: Standing) -> Source | None:
    payments = standing.settings.payments
    return standing.sources[payments.source] if payments else None


def _readers(settings: Settings) -> Sequence[StoreReaders]:
    return [
        StoreReaders(
            code, store.currency, store.readers, store.terminal_location, store.terminal_account
        )
        for code, store in settings.stores.items()
    ]


def _book_plan(settings: Settings) -> BookPlan:
    """When the books are compared, and which accounts are ours."""
    asked = settings.payments or PaymentSettings(source="none")
    zones = [asked.reconcile_zone, *(it.time_zone for it in settings.stores.values())]
    zone = next((it for it in zones if it), "UTC")
    return BookPlan(
        daily=DailyAt(asked.reconcile_at, ZoneInfo(zone)),
        accounts=[*dict.fromkeys(it.account for it in _readers(settings))],
        online_has_orders=bool(asked.online_order_key),
    )


async def _probed(source: Source) -> ProbeResult:
    begun = time.monotonic()
    scope = RequestScope(Actor("check", "system"), begun + _PROBE_S, uuid.uuid4().hex, "probe")
    code = None
    try:
        await source.probe(scope)
    except SourceError as error:
        code = error.code
    latency_ms = round((time.monotonic() - begun) * 1000, 3)
    return ProbeResult(source.status.connector, code is None, latency_ms, code)


async def _close(sources: Iterable[Source]) -> None:
    await asyncio.gather(*(source.aclose() for source in sources))
