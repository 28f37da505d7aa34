"""Orders' own systems are told of money: the sample POS for real, and systems that know no keys."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from connectors.kasane_pos.client import KasanePos
from connectors.kasane_pos.config import KasanePosConfig
from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpClients
from connectors.sdk.manifest import Limits
from connectors.sdk.registry import ConnectorType, describe
from connectors.sdk.source import SourceContext
from gateway.engine.crosswalk import Crosswalk
from gateway.engine.order_books import OrderBooks
from gateway.engine.source import Source
from gateway.payments.write_back import OrderBooks as Told
from schema.domain.errors import (
    Conflict,
    OutcomeUnknown,
    SourceError,
    Unavailable,
    Unsupported,
)
from schema.domain.money import Money
from schema.domain.move import Move
from schema.domain.payment_entry import PaymentEntry, PaymentEntryKind
from schema.domain.reference import SourceRef
from tests.unit.gateway.demo.pos.shop import NOON, PASSWORD, a_pos, an_order
from tests.unit.gateway.engine.systems import KIND, MemorySystem, NoSettings

ENTRY = PaymentEntry("pay_1", PaymentEntryKind.CAPTURE, Money(1200, "JPY"), NOON, "pi_1")
LIMITS = Limits(batch_max=50, concurrency=8, timeout_s=1.0)
ORDER = SourceRef("pos", "77")


class Writer(MemorySystem):
    """A system that has the effect again when an entry comes twice."""

    def __init__(self) -> None:
        super().__init__()
        self.noted: list[str] = []
        self.is_silent = False

    async def record_payment(
        self, ctx: CallContext, order: str, entry: PaymentEntry
    ) -> SourceRef | None:
        """See `OrderWriter.record_payment`."""
        assert ctx.idempotency_key == entry.reference

        self.noted.append(f"{order} {entry.reference}")
        if self.is_silent:
            await asyncio.sleep(60)
        return None


class Asked(Writer):
    """One that can be asked."""

    async def recorded_payment(
        self, _ctx: CallContext, order: str, reference: str
    ) -> SourceRef | None:
        """See `OrderWriter`."""
        found = f"{order} {reference}" in self.noted
        return SourceRef("pos", "noted before") if found else None


def kind(cls: type[Any], idempotent: Sequence[str] = ()) -> ConnectorType:
    """What the registry would find of a class."""
    manifest = KIND.manifest.model_copy(update={"idempotent_writes": tuple(idempotent)})
    return ConnectorType("memory", cls, NoSettings, manifest, frozenset({"OrderWriter"}))


def books(system: Any, idempotent: Sequence[str] = (), crosswalk: Crosswalk | None = None) -> Told:
    """The books of one system, named pos."""
    source = Source("pos", kind(type(system), idempotent), system, LIMITS)
    return OrderBooks(lambda: {"pos": source}, crosswalk or Crosswalk())


async def tell(told: Told, order: SourceRef = ORDER, *, is_doubtful: bool = False) -> Any:
    """Tell of the entry."""
    return await told.record(order, ENTRY, is_doubtful=is_doubtful, within_s=5)


async def test_the_pos_notes_it_once() -> None:
    """It knows keys: what may have arrived is sent again, and counts once."""
    async with a_pos(an_order(1)) as pos:
        config = KasanePosConfig.model_validate(
            {
                "base_url": pos.url,
                "username": "tillgraph",
                "password": PASSWORD,
                "stores": {
                    "ginza": {"number": "0101", "time_zone": "Asia/Tokyo", "currency": "JPY"}
                },
            }
        )
        connector = KasanePos(config, SourceContext("pos", LIMITS, HttpClients()))
        source = Source("pos", describe("kasane_pos", KasanePos), connector, LIMITS)
        told: Told = OrderBooks(lambda: {"pos": source}, Crosswalk())
        (receipt,) = pos.ledger._sales
        before = pos.ledger.sale(receipt)
        order = SourceRef("pos", receipt)
        first, again = await tell(told, order), await tell(told, order, is_doubtful=True)
        after = pos.ledger.sale(receipt)
        await source.aclose()

    assert first == again
    assert before is not None
    assert after is not None
    assert ["pay_1"] == [it.ref for it in after.tnd[len(before.tnd) :]]


async def test_a_system_that_can_be_asked() -> None:
    """What may have arrived is asked for first, and told only where it did not arrive."""
    system = Asked()
    told = books(system)
    assert await tell(told, is_doubtful=True) is None

    assert SourceRef("pos", "noted before") == await tell(told, is_doubtful=True)
    assert ["77 pay_1"] == system.noted


async def test_a_system_that_cannot_be_asked() -> None:
    """What may have arrived is left to a person; what has not is told."""
    system = Writer()
    with pytest.raises(Conflict):
        await tell(books(system), is_doubtful=True)

    assert [] == system.noted
    await tell(books(system))
    assert ["77 pay_1"] == system.noted


async def test_a_system_that_hangs() -> None:
    """The entry may have arrived, which is not the same as nothing."""
    system = Writer()
    system.is_silent = True

    with pytest.raises(OutcomeUnknown):
        await tell(books(system, ["record_payment"]))


async def test_an_order_that_has_moved() -> None:
    """The system where it lives now is told."""
    system = Writer()
    moved = Crosswalk([Move("Order", SourceRef("old", "1"), SourceRef("pos", "77"))])
    await tell(books(system, crosswalk=moved), SourceRef("old", "1"))

    assert ["77 pay_1"] == system.noted


@pytest.mark.parametrize(
    ("sources", "error"),
    [
        ({}, Unavailable),
        ({"pos": Source("pos", KIND, MemorySystem(), LIMITS)}, Unsupported),
    ],
)
async def test_a_system_that_is_not_told(
    sources: dict[str, Source], error: type[SourceError]
) -> None:
    """One that the configuration lacks may come back; one that takes no entries never does."""
    with pytest.raises(error):
        await tell(OrderBooks(lambda: sources, Crosswalk()))
