"""The warehouse's process, and its database as others find it while it misbehaves."""

import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from aiohttp import web
from sqlalchemy import make_url

from gateway.demo.process import Fault
from gateway.demo.wms.fault import WmsFault
from gateway.demo.wms.process import FILE, _url
from tests.unit.gateway.demo.wms.running import Running


@pytest.fixture
async def wms(tmp_path: Path) -> AsyncIterator[Running]:
    """A running warehouse, whose database lies in the test's folder."""
    running = await Running.start("wms", tmp_path)
    yield running
    await running.stop()


def count(work: Path, wait_s: float = 5.0) -> int:
    """How many items have a code, asked as a reader does."""
    address = f"file:{work / FILE}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=wait_s)) as database:
        found: int = database.execute("SELECT count(item_cd) FROM item").fetchone()[0]
        return found


async def test_it_is_a_database_until_it_is_ended(wms: Running, tmp_path: Path) -> None:
    """It has no address of its own, ends at once when told, and leaves the file."""
    assert wms.ready.url is None
    assert 1_000 < count(tmp_path)
    assert 0 == await wms.stop()
    assert 1_000 < count(tmp_path)


async def test_every_fault_begins_and_ends(wms: Running, tmp_path: Path) -> None:
    """Gone, of another form, and well again, in any order."""
    for _ in range(2):
        assert 200 == await wms.command("dead")
        with pytest.raises(sqlite3.OperationalError, match="unable to open"):
            count(tmp_path)
        assert 200 == await wms.command("wrong")
        with pytest.raises(sqlite3.OperationalError, match="no such column"):
            count(tmp_path)
    assert {"mode": "wrong", "delay_s": 0.0} == await wms.fault()
    assert 200 == await wms.command("ok")
    assert 1_000 < count(tmp_path)


async def test_a_slow_database_is_locked_again_and_again(wms: Running, tmp_path: Path) -> None:
    """Who waits comes in between two locks; who does not is refused."""
    await wms.command("slow", 0.4)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        count(tmp_path, wait_s=0.0)
    began = time.monotonic()

    assert 1_000 < count(tmp_path)
    assert 0.05 < time.monotonic() - began
    await wms.command("ok")
    assert 1_000 < count(tmp_path, wait_s=0.0)


async def test_a_locked_database_is_let_go_at_the_end(wms: Running, tmp_path: Path) -> None:
    """The process ends in the middle of a long lock, as fast as else."""
    await wms.command("slow", 60)

    assert 0 == await wms.stop()
    assert 1_000 < count(tmp_path, wait_s=0.0)


@pytest.mark.parametrize("fault", [Fault("slow", 1), Fault("dead")])
async def test_a_server_is_not_ours_to_end(fault: Fault) -> None:
    """Only a file can be taken away or locked."""
    with pytest.raises(web.HTTPNotImplemented):
        await WmsFault(make_url("postgresql://127.0.0.1/wms")).turn(fault)


def test_another_database_may_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """By the environment; else it is a file in the work folder."""
    monkeypatch.delenv("KASANE_WMS_URL", raising=False)

    assert str(tmp_path / FILE) == _url(tmp_path).database
    monkeypatch.setenv("KASANE_WMS_URL", "sqlite:////srv/other.sqlite3")
    assert "/srv/other.sqlite3" == _url(tmp_path).database
