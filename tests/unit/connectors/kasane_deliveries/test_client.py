"""The connector against real files in a folder."""

import os
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.kasane_deliveries.client import KasaneDeliveries
from connectors.sdk.context import CallContext
from connectors.sdk.ports import IncomingReader
from connectors.sdk.registry import describe
from schema.domain.errors import SchemaDrift, Unavailable
from schema.domain.reference import SourceRef
from schema.domain.stock import IncomingRecord

Written = Callable[..., bytes]

SHIRT, COAT, ELSEWHERE = "KS-0001-BLK-M", "KS-0002-RED-F", "KS-0003-GRY-L"
MADE_AT = datetime(2026, 11, 19, 17, 30, tzinfo=UTC)


def record(slip: str, store: str, quantity: int, day: date) -> IncomingRecord:
    """A delivery of shirts."""
    return IncomingRecord(SourceRef("deliveries", slip), SHIRT, store, MADE_AT, quantity, day)


def write(path: Path, content: bytes) -> None:
    """Lay a file down."""
    path.write_bytes(content)


def put_pipe(path: Path) -> None:
    """Lay a pipe down that nobody writes."""
    os.mkfifo(path)


def remove(path: Path) -> None:
    """Take a file away."""
    path.unlink()


def test_it_offers_what_is_on_its_way() -> None:
    """The registry takes it as it is, with its manifest."""
    found = describe("kasane_deliveries", KasaneDeliveries)

    assert {"IncomingReader"} == found.ports
    assert issubclass(KasaneDeliveries, IncomingReader)


@pytest.mark.usefixtures("file")
async def test_deliveries_come_by_store_and_date(deliveries: Any, ctx: CallContext) -> None:
    """A SKU of which nothing is on its way to a known store is absent."""
    found = await deliveries.incoming(ctx, [SHIRT, ELSEWHERE, "KS-9999"], None)

    expected = [
        record("D0000003", "ginza", 12, date(2026, 11, 30)),
        record("D0000002", "ginza", 5, date(2026, 12, 2)),
        record("D0000001", "umeda", 1_200, date(2026, 11, 25)),
    ]
    assert {SHIRT: expected} == found


@pytest.mark.usefixtures("file")
async def test_stores_limit_the_answer(deliveries: Any, ctx: CallContext) -> None:
    """A store that the configuration does not know is left out."""
    found = await deliveries.incoming(ctx, [SHIRT, COAT], ["umeda", "atlantis"])

    assert {SHIRT: [record("D0000001", "umeda", 1_200, date(2026, 11, 25))]} == found
    assert {} == await deliveries.incoming(ctx, [SHIRT], [])


@pytest.mark.usefixtures("file")
async def test_empty_repeated_and_strange_keys(deliveries: Any, ctx: CallContext) -> None:
    """Nothing asked is nothing found, twice asked is once found, the strange is unknown."""
    strange = ["", "\0", "青", "\ud800", "x" * 4_000]

    assert {} == await deliveries.incoming(ctx, [], None)
    assert [COAT] == list(await deliveries.incoming(ctx, [COAT, *strange, COAT], None))


async def test_the_newest_file_counts(
    deliveries: Any, ctx: CallContext, file: Path, written: Written
) -> None:
    """By its name, and whatever else lies there; a file is read anew when it has changed."""
    write(file.with_name("incoming_20261119.csv"), b"broken")
    write(file.with_name("incoming_20261121.csv.new"), b"broken")
    assert SHIRT in await deliveries.incoming(ctx, [SHIRT], None)
    rows = [("0101", "KS0002REDF", "", "", "1", "2026/11/29", "D1")]
    write(file.with_name("incoming_20261121.csv"), written(rows))
    assert {} == await deliveries.incoming(ctx, [SHIRT], None)
    write(file.with_name("incoming_20261121.csv"), written())

    assert SHIRT in await deliveries.incoming(ctx, [SHIRT], None)


async def test_without_a_file_nothing_is_learnt(
    deliveries: Any, ctx: CallContext, file: Path
) -> None:
    """Also after one was there: what it said is not served for ever."""
    await deliveries.probe(ctx)
    remove(file)
    with pytest.raises(Unavailable, match="no file whose name fits"):
        await deliveries.incoming(ctx, [SHIRT], None)


async def test_a_pipe_holds_nobody(deliveries: Any, ctx: CallContext, tmp_path: Path) -> None:
    """What could be waited for without end is not opened."""
    put_pipe(tmp_path / "incoming_20261121.csv")
    began = time.monotonic()
    with pytest.raises(Unavailable, match="no file"):
        await deliveries.probe(ctx)

    assert time.monotonic() - began < 1


async def test_a_new_form_is_drift_of_the_whole(
    deliveries: Any, ctx: CallContext, file: Path, written: Written
) -> None:
    """An older form's answers never stand in for it."""
    await deliveries.probe(ctx)
    write(file, written(header=("店番", "品番", "JAN", "品名", "入荷数", "予定日", "伝票")))
    with pytest.raises(SchemaDrift, match="header"):
        await deliveries.incoming(ctx, [SHIRT], None)
    with pytest.raises(SchemaDrift, match="header"):
        await deliveries.probe(ctx)


async def test_a_bad_row_spoils_its_sku_alone(
    deliveries: Any, ctx: CallContext, file: Path, written: Written
) -> None:
    """Each caller gets an error of its own, which names the column and not the value."""
    rows = [
        ("0101", "KS0001BLKM", "", "", "12 secret", "2026/11/30", "D0000003"),
        ("0101", "KS0001BLKM", "", "", "12", "2026/11/30", "D0000004"),
        ("0101", "KS0002REDF", "", "", "7", "2026/11/22", "D0000005"),
    ]
    write(file, written(rows))
    found = await deliveries.incoming(ctx, [SHIRT, COAT], None)
    again = await deliveries.incoming(ctx, [SHIRT], None)

    told = str(found[SHIRT])
    assert isinstance(found[SHIRT], SchemaDrift)
    assert told.startswith('incoming.quantity ("数量"): expected')
    assert "secret" not in told
    assert found[SHIRT] is not again[SHIRT]
    assert isinstance(found[COAT], list)
