"""Whatever tills, customers and the provider do, in whatever order, and wherever processes end."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable
from contextlib import suppress
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace
from typing_extensions import override

from gateway.payments.journal import Payment
from gateway.payments.keys import Step
from gateway.payments.states import _TABLE, READER_FREE, State
from gateway.storage.engine import Database
from gateway.storage.journal import SqlJournal
from schema.domain.payment import CaptureMethod, RefundState
from tests.unit.gateway.payments.terminal import Fault, ScriptedTerminal
from tests.unit.gateway.payments.till import (
    DEVICE,
    FRONT,
    GIFT,
    OTHER,
    QUICK,
    Till,
    a_scope,
    a_start,
    yen,
)

T = TypeVar("T")

_STEPS = frozenset((before, after) for (before, _), after in _TABLE.items())
# What is drawn depends on nothing that has happened, since how far tasks come differs between runs.
_WHICH = st.integers(0, 5)
_DEVICES = st.sampled_from([DEVICE, OTHER])
_KEYS = st.sampled_from([f"k{number}" for number in range(1, 7)])
_FAULTY = st.sampled_from(
    [
        *("create_intent", "process", "intent", "reader", "capture"),
        *("cancel_intent", "cancel_action", "refund", "refunds"),
    ]
)
_TIMING = replace(QUICK, answer_within_s=0.01, claim_life_s=0.5)
_MOMENT_S = 0.01
_END_S = 60.0


@cache
def _template() -> Path:
    """A journal whose tables are there already."""
    file = Path(tempfile.mkdtemp(prefix="machine-")) / "journal.db"

    async def make() -> None:
        await (await Database.open(f"sqlite+aiosqlite:///{file}")).aclose()

    asyncio.run(make())
    return file


class Payments(RuleBasedStateMachine):
    """A shop with two readers, and a gateway that may end at any moment."""

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.new_event_loop()
        self._folder = Path(tempfile.mkdtemp(prefix="machine-"))
        shutil.copy(_template(), self._folder / "journal.db")
        self._terminal = ScriptedTerminal(DEVICE, OTHER)
        self._names: list[str] = []

    @initialize()
    def opens(self) -> None:
        """The first process."""
        self._run(self._open())

    # What tills do.

    @rule(key=_KEYS, at=st.sampled_from([FRONT, GIFT]), held=st.booleans())
    def starts(self, key: str, at: Any, held: bool) -> None:
        """A payment, or one that is there already."""
        capture = CaptureMethod.MANUAL if held else CaptureMethod.AUTOMATIC
        request = a_start(key, reader=at, capture=capture)
        found = self._run(self._till.service.start(a_scope(), request))
        name = getattr(found, "id", None)
        if name and name not in self._names:
            self._names.append(name)

    @rule(which=_WHICH)
    def cancels(self, which: int) -> None:
        """Some payment."""
        self._run(self._till.service.cancel(a_scope(), self._name(which)))

    @rule(which=_WHICH, amount=st.sampled_from([None, 600, 1000, 1001]))
    def captures(self, which: int, amount: int | None) -> None:
        """Some payment, whole or in part."""
        part = yen(amount) if amount else None
        self._run(self._till.service.capture(a_scope(), self._name(which), part))

    @rule(which=_WHICH, amount=st.sampled_from([None, 1, 400, 700]), key=st.integers(1, 4))
    def gives_back(self, which: int, amount: int | None, key: int) -> None:
        """A part of some payment, or what is left."""
        name = self._name(which)
        part = yen(amount) if amount else None
        self._run(self._till.service.refund(a_scope(), name, part, f"{name} {key}"))

    # What customers do.

    @rule(device=_DEVICES)
    def pays(self, device: str) -> None:
        """A card that is good."""
        self._terminal.present(device)

    @rule(device=_DEVICES)
    def is_declined(self, device: str) -> None:
        """A card that is not."""
        self._terminal.decline(device)

    # What goes wrong.

    @rule(method=_FAULTY, fault=st.sampled_from(list(Fault)))
    def stumbles(self, method: str, fault: Fault) -> None:
        """The next call of a kind."""
        self._terminal.faults[method].append(fault)

    @rule(seconds=st.sampled_from([1, 200]))
    def waits(self, seconds: int) -> None:
        """Time passes."""
        self._till.clock.forward(seconds)
        self._run(asyncio.sleep(_MOMENT_S))

    @rule(moments=st.integers(0, 4))
    def goes_on(self, moments: int) -> None:
        """Followers come further."""
        self._run(asyncio.sleep(moments * _MOMENT_S))

    @rule(turns=st.integers(0, 60))
    def ends(self, turns: int) -> None:
        """The process, after so many turns of its loop; the next one begins at once."""
        self._run(self._crash(turns))

    # What is always so.

    @invariant()
    def every_step_is_of_the_table(self) -> None:
        """And versions count the steps."""
        for payment, steps in self._histories():
            states = [step.state for step in steps]

            assert list(range(1, payment.version + 1)) == [step.number for step in steps]
            assert (State.NEW, payment.state) == (states[0], states[-1])
            assert not [pair for pair in pairwise(states) if pair not in _STEPS]

    @invariant()
    def a_reader_has_one_payment(self) -> None:
        """One at most that was not through with it yet: neither final, nor its money held."""
        held = [
            it.device
            for it, steps in self._histories()
            if not any(step.state in READER_FREE for step in steps)
        ]

        assert len(set(held)) == len(held)

    @invariant()
    def no_more_is_given_back_than_was_taken(self) -> None:
        """By our record and by the provider's."""
        for payment, _ in self._histories():
            refunds = self._run(self._till.journal.refunds_of(payment.id))
            given = sum(it.amount.minor for it in refunds if it.state is not RefundState.FAILED)

            assert given <= payment.captured.minor
        assert all(it.refunded <= it.received for it in self._terminal.intents.values())

    @invariant()
    def each_attempt_has_a_key_of_its_own(self) -> None:
        """Numbered from 1 for each step."""
        for payment, _ in self._histories():
            for step in Step:
                attempts = self._run(self._till.journal.attempts(payment.id, step))

                assert list(range(1, len(attempts) + 1)) == [it.number for it in attempts]
                assert len(attempts) == len({it.key for it in attempts})

    @invariant()
    def money_is_taken_once(self) -> None:
        """For one payment of ours, and for one key of a till."""
        taken = [it.reference for it in self._terminal.intents.values() if it.captures]

        assert len(set(taken)) == len(taken)
        assert all(it.captures <= 1 for it in self._terminal.intents.values())

    @override
    def teardown(self) -> None:
        """Once nothing goes wrong any more, both books come to the same end."""
        try:
            if hasattr(self, "_till"):
                self._run(self._settle())
                self._run(self._close())
        finally:
            self._loop.close()
            shutil.rmtree(self._folder)

    async def _settle(self) -> None:
        self._terminal.faults.clear()
        self._till.clock.forward(200)
        end = self._loop.time() + _END_S
        while left := await self._left():
            assert self._loop.time() < end, left

            # A card whose refusal is heard of only now has its time until another one is tried.
            self._till.clock.forward(1)
            await asyncio.sleep(_MOMENT_S)

        found = await self._till.journal.payments(self._names)
        ours = {it.id: it.captured.minor for it in found.values() if it.captured.minor}
        back = {it.id: it.refunded.minor for it in found.values() if it.refunded.minor}
        theirs = {it.reference: it.refunded for it in self._terminal.intents.values()}

        assert self._terminal.captured == ours
        assert {name: amount for name, amount in theirs.items() if amount} == back

    async def _left(self) -> list[str]:
        """What is not done: money that is held waits for the till, and is nobody's to end."""
        journal = self._till.journal
        found = await journal.payments(await journal.unfinished())
        going = [it.id for it in found.values() if it.state is not State.AUTHORIZED]
        return [*going, *(it.id for it in await journal.open_refunds())]

    async def _open(self) -> None:
        self._database = await Database.open(f"sqlite+aiosqlite:///{self._folder / 'journal.db'}")
        before = getattr(self, "_till", None)
        till = Till(SqlJournal(self._database), self._terminal, _TIMING)
        if before is not None:
            till.clock, till.names = before.clock, before.names
            till.service = till._service()
        self._till = till
        await till.open()

    async def _close(self) -> None:
        await self._till.close()
        await self._database.aclose()

    async def _crash(self, turns: int) -> None:
        """Everything that the process was about to do is not done."""
        for _ in range(turns):
            await asyncio.sleep(0)
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            # The driver lets go of a connection in a task of its own, which nothing may interrupt.
            if "AsyncConnection.close" not in repr(task):
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._database.aclose()
        await self._open()

    def _name(self, which: int) -> str:
        """One of our payments, or one that nobody knows."""
        return self._names[which % len(self._names)] if self._names else "pay_unknown"

    def _histories(self) -> list[tuple[Payment, Any]]:
        async def read() -> list[tuple[Payment, Any]]:
            # One after the other in between two steps would be two different moments.
            steps = await self._till.journal.steps(self._names)
            found = await self._till.journal.payments(self._names)
            again = await self._till.journal.steps(self._names)
            return [(it, again[it.id]) for it in found.values() if steps[it.id] == again[it.id]]

        return self._run(read()) if self._names else []

    def _run(self, work: Awaitable[T]) -> T:
        async def run() -> T:
            return await work

        return self._loop.run_until_complete(run())


with suppress(AttributeError):  # what it is called in pytest's list
    Payments.TestCase.__name__ = "TestPayments"

Payments.TestCase.settings = settings(max_examples=25, stateful_step_count=40, deadline=None)
TestPayments = pytest.mark.long(pytest.mark.timeout(240)(Payments.TestCase))
