"""What the type checker of a connector's author sees. Checked by mypy; nothing here is run.

Each `type: ignore` is a test: mypy refuses one that silences nothing, so the mistake it stands on
must stay a mistake.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, assert_type

from pydantic import BaseModel

from connectors.sdk.context import CallContext
from connectors.sdk.ports import StockReader, StockReserver
from connectors.sdk.source import Connector, SourceContext
from schema.domain.errors import NotFound, SourceError
from schema.domain.reservation import ReservationRecord, ReservationRequest
from schema.domain.stock import StockRecord


class ShelfConfig(BaseModel):
    """Where the counts come from."""

    path: str


class Shelf:
    """A connector that offers stock, and inherits from nothing of ours."""

    Config: ClassVar[type[BaseModel]] = ShelfConfig

    def __init__(self, config: BaseModel, context: SourceContext) -> None:
        self._config = config
        self._name = context.name

    async def probe(self, ctx: CallContext) -> None:
        """Answer from memory."""

    async def aclose(self) -> None:
        """Hold nothing."""

    async def stock_levels(
        self, ctx: CallContext, skus: Sequence[str], stores: Sequence[str] | None
    ) -> Mapping[str, Sequence[StockRecord] | SourceError]:
        """Know no SKU."""
        return {}


class SingleShelf:
    """The mistake of a reader that is asked for one SKU at a time."""

    async def stock_levels(self, ctx: CallContext, sku: str) -> Sequence[StockRecord]:
        """Know no SKU."""
        return []


def a_class_with_the_methods_is_a_connector(context: SourceContext) -> Connector:
    """No base class is needed."""
    return Shelf(ShelfConfig(path="counts.csv"), context)


def a_class_with_a_ports_methods_offers_the_port(shelf: Shelf) -> StockReader:
    """Having the methods is offering the port."""
    return shelf


def a_reader_of_single_keys_offers_nothing(shelf: SingleShelf) -> StockReader:
    """Ports are batch-first, and the checker says so before a server does."""
    return shelf  # type: ignore[return-value]


def a_connector_alone_is_no_port(connector: Connector) -> StockReader:
    """Which ports a connector offers is not assumed."""
    return connector  # type: ignore[return-value]


class Counter(Shelf):
    """The mistake of a reserver that can hold and not let go."""

    async def reserve(self, ctx: CallContext, request: ReservationRequest) -> ReservationRecord:
        """Hold nothing."""
        raise NotFound("no such SKU")


def a_port_is_offered_as_a_whole(counter: Counter) -> StockReserver:
    """What one caller reserves, another must be able to release."""
    return counter  # type: ignore[return-value]


async def a_write_says_what_it_made(reserver: StockReserver, ctx: CallContext) -> None:
    """A write is marked without losing its type; it fails by raising, so its answer is a record."""
    assert_type(await reserver.release(ctx, "R-1"), ReservationRecord)


async def each_answer_is_records_or_an_error(reader: StockReader, ctx: CallContext) -> None:
    """One key's failure is a value, so it cannot be overlooked."""
    levels = await reader.stock_levels(ctx, ["K-1"], None)
    for level in levels.values():
        if isinstance(level, SourceError):
            continue
        assert_type(level, Sequence[StockRecord])


def an_error_of_one_key_can_be_given() -> Mapping[str, Sequence[StockRecord] | SourceError]:
    """The closed set of errors fits into an answer."""
    return {"K-1": NotFound("no such SKU")}


def a_record_cannot_be_changed(record: StockRecord) -> None:
    """Records are shared by cache and callers, so they are frozen."""
    record.on_hand = 0  # type: ignore[misc]
