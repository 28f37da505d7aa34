"""Files and databases fail as told, are whole again afterwards, and deaf connectors are told so."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from connectors.kasane_deliveries.client import KasaneDeliveries
from connectors.kasane_wms.client import KasaneWms
from connectors.sdk.context import CallContext
from connectors.sdk.testing import FILE_FAULTS, SQLITE_FAULTS, FileFaults
from connectors.sdk.testing.conform import Standing, run
from connectors.sdk.testing.faults import Fault
from connectors.sdk.testing.kit import kind_of
from schema.domain.errors import SourceError
from schema.domain.product import VariantKey, VariantRecord
from schema.domain.stock import IncomingRecord
from tests.conformance import test_kasane_deliveries, test_kasane_wms

# Made from YAML, so that a type checker does not see their ports.
_Deliveries: Any = KasaneDeliveries
_Wms: Any = KasaneWms


class DeafDeliveries(_Deliveries):  # type: ignore[misc]
    """A file that fails tells of no deliveries."""

    __module__ = KasaneDeliveries.__module__

    @override
    async def incoming(
        self, ctx: CallContext, skus: Sequence[str], stores: Sequence[str] | None
    ) -> Mapping[str, Sequence[IncomingRecord] | SourceError]:
        """Read deliveries."""
        try:
            return await super().incoming(ctx, skus, stores)  # type: ignore[no-any-return]
        except SourceError:
            return {}


class DeafWms(_Wms):  # type: ignore[misc]
    """A database that fails knows no item."""

    __module__ = KasaneWms.__module__

    @override
    async def variants(
        self, ctx: CallContext, keys: Sequence[VariantKey]
    ) -> Mapping[VariantKey, VariantRecord | SourceError]:
        """Read variants."""
        try:
            return await super().variants(ctx, keys)  # type: ignore[no-any-return]
        except SourceError:
            return {}


@pytest.mark.parametrize("fault", FILE_FAULTS, ids=lambda it: it.name)
async def test_deaf_to_files(fault: Fault) -> None:
    """A connector that takes a failed file for an empty one fails each of its faults."""
    name = f"incoming_fault_{fault.name}"
    suite = test_kasane_deliveries.SUITE

    report = await run(kind_of(DeafDeliveries), suite, only=lambda it: it.name == name)

    assert [Standing.FAILED] == [it.standing for it in report.findings]


@pytest.mark.parametrize("fault", SQLITE_FAULTS, ids=lambda it: it.name)
async def test_deaf_to_databases(fault: Fault) -> None:
    """A connector that takes a failed database for an empty one fails each of its faults."""
    name = f"variants_fault_{fault.name}"
    suite = test_kasane_wms.SUITE

    report = await run(kind_of(DeafWms), suite, only=lambda it: it.name == name)

    assert [Standing.FAILED] == [it.standing for it in report.findings]


@pytest.mark.parametrize("fault", FILE_FAULTS, ids=lambda it: it.name)
async def test_restored(tmp_path: Path, fault: Fault) -> None:
    """After a fault the file is as it was; during it, it is not."""
    path = tmp_path / "file.csv"
    path.write_bytes(b"sku,store\r\nKS-1,ginza\r\n")

    async with FileFaults(path).injected(fault):
        during = path.read_bytes() if path.is_file() else None

    assert during != path.read_bytes()
    assert path.read_bytes() == b"sku,store\r\nKS-1,ginza\r\n"


async def test_header_keeps_its_width(tmp_path: Path) -> None:
    """A renamed header has as many columns, divided as before; the rows are the same."""
    path = tmp_path / "file.csv"
    path.write_bytes(b"sku;store\r\nKS-1;ginza\r\n")
    renamed = next(it for it in FILE_FAULTS if it.name == "renamed")

    async with FileFaults(path).injected(renamed):
        during = path.read_bytes()

    assert during == b"column0;column1\r\nKS-1;ginza\r\n"


def test_files_without_a_header() -> None:
    """A file of fixed width has no header that could be another."""
    offered = FileFaults(Path("file.txt"), header=False).offered

    assert "renamed" not in {it.name for it in offered}


async def test_locked(tmp_path: Path) -> None:
    """A locked database refuses everybody else; what holds it open here is counted."""
    path = tmp_path / "shop.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE item (code TEXT)")
        database.commit()
    faults = FileFaults(path, sqlite=True)
    locked = next(it for it in SQLITE_FAULTS if it.stalls)

    async with faults.injected(locked):
        assert faults.in_flight == 0
        with closing(sqlite3.connect(path, timeout=0)) as database:
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                database.execute("SELECT * FROM item")

            assert faults.in_flight == 1

    with closing(sqlite3.connect(path, timeout=0)) as database:
        assert [] == database.execute("SELECT * FROM item").fetchall()
