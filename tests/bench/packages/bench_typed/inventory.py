"""The benchmark's inventory."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct
from pydantic import Field

from connectors.sdk.context import CallContext
from connectors.sdk.reading import drift, one_of
from connectors.sdk.source import SourceContext
from schema.domain.errors import SourceError
from schema.domain.reference import SourceRef
from schema.domain.stock import StockRecord
from tests.bench.packages.bench_typed.system import System, SystemConfig, manifest

_WHOLE = ".000"
_KEPT = 4_096


class InventoryConfig(SystemConfig):
    """Where it is, and what it calls our stores."""

    branches: dict[str, str] = Field(description="Store code to the number of its branch.")


class _Level(Struct):
    sku: str
    branch: str
    on_hand: str
    allocated: str
    held: str
    counted_at: str


class _Answer(Struct):
    levels: list[_Level]


class TypedInventory(System):
    """What each branch has."""

    Config = InventoryConfig
    Manifest = manifest("inventory", "The benchmark's inventory, in code")
    PROBE = ("/levels", {"skus": "TG-0001"})
    _decoder = msgspec.json.Decoder(_Answer)

    def __init__(self, config: Any, context: SourceContext) -> None:
        super().__init__(config, context)
        self._stores = {branch: code for code, branch in config.branches.items()}

    async def stock_levels(
        self, ctx: CallContext, skus: Sequence[str], stores: Sequence[str] | None
    ) -> Mapping[str, Sequence[StockRecord] | SourceError]:
        """See `StockReader.stock_levels`."""
        answer = await self.ask(ctx, "/levels", {"skus": ",".join(skus)}, self._decoder)
        found: dict[str, list[StockRecord]] = {}
        for row in answer.levels:
            store = one_of(self._stores, row.branch, field="level.branch")
            if stores is None or store in stores:
                found.setdefault(row.sku, []).append(
                    StockRecord(
                        SourceRef(self.source, f"{store}/{row.sku}"),
                        row.sku,
                        store,
                        _moment(row.counted_at),
                        _units(row.on_hand),
                        _units(row.allocated),
                        _units(row.held),
                    )
                )
        for rows in found.values():
            rows.sort(key=_store_of)
        return found


def _store_of(row: StockRecord) -> str:
    return row.store


@lru_cache(_KEPT)
def _moment(text: str) -> datetime:
    """All levels of a branch were counted at one moment."""
    return datetime.fromisoformat(text).astimezone(UTC)


@lru_cache(_KEPT)
def _units(text: str) -> int:
    if not text.endswith(_WHOLE):
        raise drift("level", "expected whole units")
    return int(text[: -len(_WHOLE)])
