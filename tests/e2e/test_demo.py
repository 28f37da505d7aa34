import asyncio
import json
import os
import signal
import socket
import sys
import time
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from tests.e2e.conftest import free_port
from tests.e2e.estate import SYSTEMS, Estate

pytestmark = [pytest.mark.timeout(60)]


@pytest.mark.long
async def test_the_demo_shows_a_joined_answer_and_a_payment(tmp_path: Path) -> None:
    """Then it ends, and all that it started with it."""
    once = await _tillgraph("demo", "--once", "--json", *_at(tmp_path, free_port()))

    answer, said = await once.communicate()

    found = json.loads(answer.splitlines()[-1])
    assert 0 == once.returncode, said.decode()
    assert {"pos", "oms"} == {
        order["source"]["name"] for order in found["query"]["data"]["orders"]["nodes"]
    }
    assert "CAPTURED" == found["payment"]["data"]["payment"]["state"]
    assert [] == _alive(tmp_path)


async def test_a_port_that_is_taken_is_told_before_anything_starts(tmp_path: Path) -> None:
    """Else another's gateway might be taken for our own."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        demo = await _tillgraph("demo", *_at(tmp_path, port))
        _, said = await demo.communicate()

    assert 1 == demo.returncode
    assert f"port {port} is taken" in said.decode()
    assert [] == _files(tmp_path, "*.log")


@pytest.mark.long
async def test_a_start_that_is_called_off_leaves_nothing_behind(tmp_path: Path) -> None:
    """SIGTERM ends the systems that have begun."""
    demo = await _tillgraph("demo", *_at(tmp_path, free_port()))
    end = time.monotonic() + 20
    while not _files(tmp_path, "*.ready"):
        assert time.monotonic() < end
        await asyncio.sleep(0.02)

    demo.send_signal(signal.SIGTERM)
    await demo.communicate()

    assert 130 == demo.returncode
    assert [] == _alive(tmp_path)


async def test_systems_are_commanded_by_name(estate: Estate) -> None:
    """What the README tells a person to try."""
    work = ("--work", str(estate.work))

    dead = await _tillgraph("estate", "dead", "pos", *work)
    _, told = await dead.communicate()
    status = await _tillgraph("estate", "status", "--json", *work)
    found, _ = await status.communicate()
    unknown = await _tillgraph("estate", "dead", "till", *work)
    _, refused = await unknown.communicate()

    assert (0, "pos is dead\n") == (dead.returncode, told.decode())
    assert {**dict.fromkeys(SYSTEMS, "ok"), "pos": "dead"} == {
        name: it["mode"] for name, it in json.loads(found).items()
    }
    assert 1 == unknown.returncode
    assert all(name in refused.decode() for name in SYSTEMS)


def _at(work: Path, port: int) -> list[str]:
    return ["--work", str(work), "--port", str(port), "--tap-after", "0.2"]


async def _tillgraph(*arguments: str) -> Process:
    command = [sys.executable, "-m", "gateway.cli", *arguments]
    return await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE)


def _files(work: Path, pattern: str) -> list[Path]:
    return list(work.glob(pattern))


def _alive(work: Path) -> list[int]:
    """Systems that have said that they listen, and still run."""
    pids = [json.loads(path.read_bytes())["pid"] for path in _files(work, "*.ready")]
    return [pid for pid in pids if _runs(pid)]


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
