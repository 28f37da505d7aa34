"""What the product does to keep money safe, each to be taken away in a gateway of the harness.

A removal that does not find what it removes fails: a safeguard that has moved must not seem to be
needless.
"""

import asyncio
import sqlite3
import uuid
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace
from sqlalchemy import make_url, update

import gateway.storage.payments as payment_log
from connectors.sdk.context import CallContext
from connectors.sdk.terminal import ProviderEvent
from connectors.stripe_terminal.client import StripeTerminal
from gateway.payments import at_reader
from gateway.payments.course import Course, Desk
from gateway.payments.following import AT_ONCE
from gateway.payments.journal import Payment
from gateway.payments.keys import Step
from gateway.payments.provider import Provider
from gateway.payments.states import Event, State
from gateway.storage.engine import Database
from gateway.storage.tables import leases

_FLUSH_S = 0.2


def swap(owner: object, name: str, value: object) -> None:
    """Put something in the place of what is there under a name; nothing there is a mistake."""
    assert hasattr(owner, name), f"{owner} has no {name} any more"
    setattr(owner, name, value)


def remove(name: str) -> None:
    """Take a safeguard away in this process."""
    SAFEGUARDS[name]()


def _journal_before_call() -> None:
    """What is on record reaches the disk only after the call that it stands for.

    The gateway works on a copy of the file, and brings it back when no write is under way.
    """
    calls: set[object] = set()
    copies: list[tuple[Path, Path]] = []
    begin, call = Database.open, Provider._call

    async def opened(url: str) -> Database:
        real = Path(make_url(url).database or "")
        copy = real.with_name(f"early-{uuid.uuid4().hex}.db")
        with closing(sqlite3.connect(real)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        copies.append((copy, real))
        asyncio.get_running_loop().call_later(_FLUSH_S, flush)
        return await begin(f"sqlite+aiosqlite:///{copy}")

    def flush() -> None:
        for copy, real in copies if not calls else ():
            with closing(sqlite3.connect(copy)) as source, closing(sqlite3.connect(real)) as target:
                source.backup(target)
        asyncio.get_running_loop().call_later(_FLUSH_S, flush)

    async def called(self: Provider, ctx: CallContext, ask: Any) -> Any:
        if ctx.idempotency_key is None:
            return await call(self, ctx, ask)
        mark = object()
        calls.add(mark)
        try:
            return await call(self, ctx, ask)
        finally:
            calls.discard(mark)

    swap(Database, "open", staticmethod(opened))
    swap(Provider, "_call", called)


def _lease() -> None:
    """Whoever wants a reader gets it."""
    take: Any = getattr(payment_log, "take_lease")  # noqa: B009 - it is not exported there

    async def taken(connection: Any, device: str, *args: Any, **more: Any) -> Any:
        nobody = {"kind": None, "holder": None, "actor": None, "since": None}
        await connection.execute(update(leases).where(leases.c.device == device).values(nobody))
        return await take(connection, device, *args, **more)

    async def has(*_: Any) -> bool:
        return True

    swap(payment_log, "take_lease", taken)
    swap(payment_log, "has_lease", has)


def _key_per_attempt() -> None:
    """Every attempt of a step is made under the same key."""
    write = StripeTerminal._writing

    def writing(self: StripeTerminal, ctx: CallContext, account: str | None) -> Any:
        key = ctx.idempotency_key or ""
        steady, _, number = key.rpartition(":")
        return write(
            self, replace(ctx, idempotency_key=steady if number.isdigit() else key), account
        )

    swap(StripeTerminal, "_writing", writing)


def _read_before_retry() -> None:
    """After a lost answer the reader is asked for the money anew, without a look at the first try.

    A new intent, as programs make it that take silence for a refusal.
    """
    look = at_reader.look

    async def looked(desk: Desk, payment: Payment, course: Course) -> float:
        if payment.state is not State.UNKNOWN or course.call is not None:
            return await look(desk, payment, course)
        fresh = replace(payment, id=f"{payment.id}:again:{payment.version}")
        intent = await desk.provider.create_intent(fresh)
        sent, attempt = await desk.recorder.attempt(
            payment, Event.DISPATCH, Step.PROCESS, intent=intent.id
        )
        course.reached(sent.version)
        course.send(asyncio.create_task(desk.provider.process(sent, attempt)), attempt)
        return AT_ONCE

    swap(at_reader, "look", looked)


def _dedupe() -> None:
    """A message is another one each time it comes."""
    event = Provider.event

    def anew(self: Provider, body: bytes, headers: Mapping[str, str]) -> ProviderEvent:
        found = event(self, body, headers)
        return replace(found, id=f"{found.id}:{uuid.uuid4().hex}")

    swap(Provider, "event", anew)


SAFEGUARDS: Mapping[str, Callable[[], None]] = MappingProxyType(
    {
        "journal": _journal_before_call,
        "lease": _lease,
        "key": _key_per_attempt,
        "read": _read_before_retry,
        "dedupe": _dedupe,
    }
)
