"""The deliveries' process, and its file while it misbehaves."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.demo.data.kasane import kasane
from gateway.demo.deliveries.report import NAME, report, strange_report
from tests.unit.gateway.demo.wms.running import Running


@pytest.fixture
async def deliveries(tmp_path: Path) -> AsyncIterator[Running]:
    """A running process that lays files into the test's folder."""
    running = await Running.start("deliveries", tmp_path)
    yield running
    await running.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the file comes."""
    return tmp_path / "deliveries"


def files(folder: Path) -> dict[str, bytes]:
    """What lies in the folder."""
    return {it.name: it.read_bytes() for it in folder.iterdir()}


async def appeared(folder: Path) -> float:
    """Wait for a file; returns the seconds that took."""
    began = time.monotonic()
    while not files(folder):
        assert time.monotonic() < began + 10
        await asyncio.sleep(0.01)
    return time.monotonic() - began


async def test_the_file_is_there_when_it_is_ready(deliveries: Running, folder: Path) -> None:
    """It has no address of its own, and stays after the end."""
    assert deliveries.ready.url is None
    assert 0 == await deliveries.stop()
    assert {NAME: report(kasane())} == files(folder)


async def test_every_fault_begins_and_ends(deliveries: Running, folder: Path) -> None:
    """Gone, with a strange header, and well again."""
    await deliveries.command("dead")
    assert {} == files(folder)
    await deliveries.command("wrong")
    assert {NAME: strange_report(kasane())} == files(folder)
    await deliveries.command("ok")

    assert {NAME: report(kasane())} == files(folder)


async def test_a_slow_night_brings_the_file_late(deliveries: Running, folder: Path) -> None:
    """It is gone first, and comes by itself."""
    await deliveries.command("slow", 0.5)

    assert 0.3 < await appeared(folder) < 5
    assert {NAME: report(kasane())} == files(folder)


async def test_a_late_file_does_not_undo_the_next_fault(deliveries: Running, folder: Path) -> None:
    """What was still to come is called off."""
    await deliveries.command("slow", 0.2)
    await deliveries.command("dead")
    await asyncio.sleep(0.4)

    assert {} == files(folder)
