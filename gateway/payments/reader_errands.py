"""What is done about readers as things: they are registered, and called something else."""

import asyncio
import hashlib
import secrets
import unicodedata
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from connectors.sdk.reader_registry import ReaderRegistration
from connectors.sdk.terminal import ReaderState
from gateway.payments import checks, reader_checks, reader_refusals, refusals
from gateway.payments.clock import Clock
from gateway.payments.reader_log import ErrandKind, ErrandOutcome, ReaderErrand, ReaderLog
from gateway.payments.reader_names import StoreReaders
from gateway.payments.reader_provider import ReaderProvider
from gateway.payments.readers import ReaderDirectory
from gateway.payments.timing import Timing
from schema.domain.errors import (
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    SourceError,
    Unavailable,
    Unsupported,
)
from schema.domain.payment import UserErrorRecord
from schema.domain.reader import ReaderRecord
from schema.domain.scope import Actor
from schema.ports.payments import ReaderKey
from schema.ports.readers import ReaderRegister

_NAME_MAX = 120  # as of names in the configuration

_BY_REASON = {
    "registration_code": "REGISTRATION_CODE_INVALID",
    "terminal_reader_invalid_location_for_activation": "READER_WRONG_LOCATION",
}

Answer = ReaderRecord | UserErrorRecord


class ReaderErrands:
    """Registers and renames readers. Each errand is on record before the provider is called.

    A caller that goes away stops nothing; an errand that lasts is told as `OUTCOME_UNKNOWN`, and
    the same request again hears what came of it.
    """

    def __init__(
        self,
        directory: ReaderDirectory,
        provider: ReaderProvider,
        journal: ReaderLog,
        clock: Clock,
        timing: Timing,
    ) -> None:
        self._directory = directory
        self._provider = provider
        self._journal = journal
        self._clock = clock
        self._timing = timing
        self._going: dict[str, asyncio.Task[Answer]] = {}

    async def aclose(self) -> None:
        """End the calls that are under way; the same requests take them up again."""
        tasks = [*self._going.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def register(self, actor: Actor, request: ReaderRegister) -> Answer:
        """See `Readers.register`."""
        if wrong := checks.key(request.idempotency_key):
            return wrong
        store = reader_checks.store_of(self._directory, actor, request.store, reader_refusals.STORE)
        if isinstance(store, UserErrorRecord):
            return store
        digest = hashlib.sha256(msgspec.json.encode(("register", request))).hexdigest()
        errand = await self._journal.errand_of(request.idempotency_key)
        if errand is None:
            if refusal := _not_registrable(store, request):
                return refusal
            errand = await self._journal.begin_errand(
                replace(
                    self._new(ErrandKind.REGISTER, actor, store, _tidy(request.name)),
                    idempotency_key=request.idempotency_key,
                    request_hash=digest,
                )
            )
        if errand.request_hash != digest:
            return refusals.key_taken()
        return await self._registered(errand, store, request)

    async def rename(self, actor: Actor, reader: ReaderKey, name: str) -> Answer:
        """See `Readers.rename`."""
        store = reader_checks.reader_store(self._directory, actor, reader)
        if isinstance(store, UserErrorRecord):
            return store
        if reader.name not in store.labels:
            return reader_refusals.reader_configured()
        device, label = store.readers[reader.name], _tidy(name)
        if label != reader.name and (refusal := _not_a_name(store, label)):
            return refusal
        errand = await self._journal.begin_errand(
            replace(self._new(ErrandKind.RENAME, actor, store, label), device=device)
        )
        return await self._run(
            errand,
            store,
            lambda: self._provider.rename(errand.id, device, label, store.account),
        )

    async def _registered(
        self, errand: ReaderErrand, store: StoreReaders, request: ReaderRegister
    ) -> Answer:
        """What came of a registration; it is repeated under its key until that is known."""
        if errand.outcome is ErrandOutcome.REFUSED:
            return reader_refusals.told(errand.refusal or "")
        if errand.outcome is ErrandOutcome.DONE and errand.device is not None:
            return await self._shown(store, errand.reader, errand.device)
        life = timedelta(seconds=self._timing.key_life_s)
        if self._clock.now() >= errand.created_at + life:
            # Its key may be forgotten: the same call would be another one. What it did shows.
            return reader_refusals.told("OUTCOME_UNKNOWN")
        registration = ReaderRegistration(
            request.registration_code, store.location or "", errand.reader, store.account
        )
        return await self._run(
            errand, store, lambda: self._provider.register(errand.id, registration)
        )

    async def _run(
        self,
        errand: ReaderErrand,
        store: StoreReaders,
        call: Callable[[], Awaitable[ReaderState]],
    ) -> Answer:
        """Make the call once at a time for each errand, and wait for it, but only for a moment."""
        task = self._going.get(errand.id)
        if task is None:
            task = asyncio.create_task(self._done(errand, store, call), name=f"errand {errand.id}")
            self._going[errand.id] = task
            task.add_done_callback(lambda _: self._going.pop(errand.id))
        try:
            async with asyncio.timeout(self._timing.answer_within_s):
                return await asyncio.shield(task)
        except TimeoutError:
            return reader_refusals.told("OUTCOME_UNKNOWN")

    async def _done(
        self,
        errand: ReaderErrand,
        store: StoreReaders,
        call: Callable[[], Awaitable[ReaderState]],
    ) -> Answer:
        try:
            state = await call()
        except SourceError as error:
            return await self._failed(errand, error)
        await self._settle(errand, outcome=ErrandOutcome.DONE, device=state.id)
        await self._directory.lists.learn(store.place, state)
        return self._directory.shown(store.store, errand.reader, state)

    async def _failed(self, errand: ReaderErrand, error: SourceError) -> UserErrorRecord:
        """A registration whose answer is not known stays open: its key is asked for again."""
        code = refusal_of(errand.kind, error)
        is_open = code in {"OUTCOME_UNKNOWN", "PROVIDER_UNAVAILABLE"}
        if not is_open or errand.idempotency_key is None:
            outcome = ErrandOutcome.LOST if code == "OUTCOME_UNKNOWN" else ErrandOutcome.REFUSED
            await self._settle(errand, outcome=outcome, refusal=code)
        return reader_refusals.told(code)

    async def _shown(self, store: StoreReaders, name: str, device: str) -> Answer:
        """A reader that was registered before, by the name that it has now."""
        current = next((it for it, of in store.readers.items() if of == device), name)
        try:
            states = await self._directory.states(store)
        except SourceError:
            states = []
        state = next((it for it in states if it.id == device), None)
        return self._directory.shown(store.store, current, state, device)

    async def _settle(self, errand: ReaderErrand, **fields: object) -> None:
        await self._journal.settle_errand(replace(errand, updated_at=self._clock.now(), **fields))

    def _new(self, kind: ErrandKind, actor: Actor, store: StoreReaders, name: str) -> ReaderErrand:
        return new_errand(kind, actor, store.store, name, self._clock.now())


def new_errand(
    kind: ErrandKind, actor: Actor, store: str, reader: str, now: datetime
) -> ReaderErrand:
    """An errand as it is recorded first."""
    return ReaderErrand(
        id=f"rdr_{secrets.token_hex(12)}",
        kind=kind,
        actor=actor.name,
        store=store,
        reader=reader,
        created_at=now,
        updated_at=now,
    )


def _not_registrable(store: StoreReaders, request: ReaderRegister) -> UserErrorRecord | None:
    if store.location is None:
        return reader_refusals.store_without_location()
    if not request.registration_code.strip():
        return reader_refusals.told("REGISTRATION_CODE_INVALID")
    return _not_a_name(store, _tidy(request.name))


def _not_a_name(store: StoreReaders, name: str) -> UserErrorRecord | None:
    if not 0 < len(name) <= _NAME_MAX or any(map(_is_control, name)):
        return reader_refusals.name_invalid(_NAME_MAX)
    if name in store.readers or name in store.ambiguous:
        return reader_refusals.name_taken(store.store, name)
    return None


def _tidy(name: str) -> str:
    """A name as it is written in one way only, so that one is not two that look the same."""
    return unicodedata.normalize("NFC", name).strip()


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp"}


def refusal_of(kind: ErrandKind, error: SourceError) -> str:
    """The code of the user error for what the provider has answered."""
    if isinstance(error, OutcomeUnknown | Unsupported):
        return error.code
    if isinstance(error, Unavailable | RateLimited):
        return "PROVIDER_UNAVAILABLE"
    if isinstance(error, NotFound) and kind is ErrandKind.REGISTER:
        return "LOCATION_INVALID"
    reason = error.reason if isinstance(error, Rejected) else None
    return _BY_REASON.get(reason or "", "PROVIDER_REFUSED")
