import asyncio
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from gateway.demo.child import Child


async def _python(code: str, tmp_path: Path) -> Child:
    return await Child.start("sample", [sys.executable, "-c", code], tmp_path / "log", os.environ)


def _until(file: Path, text: str) -> None:
    end = time.monotonic() + 10
    while text not in file.read_text(encoding="utf-8"):
        assert time.monotonic() < end
        time.sleep(0.02)


async def test_a_child_ends_on_sigterm(tmp_path: Path) -> None:
    """It may say goodbye first."""
    code = (
        "import signal, sys\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))\n"
        "print('ready', flush=True)\n"
        "signal.pause()\n"
    )
    child = await _python(code, tmp_path)
    await asyncio.to_thread(_until, child.log, "ready")

    assert 3 == await child.stop()
    assert 3 == await child.stop()


async def test_a_child_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    """Nothing stays behind."""
    code = (
        "import signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)\n"
    )
    child = await _python(code, tmp_path)
    await asyncio.to_thread(_until, child.log, "ready")

    assert -signal.SIGKILL == await child.stop(grace_s=0.1)


async def test_the_last_words_of_a_child_are_told(tmp_path: Path) -> None:
    """Both of its outputs, the end of them."""
    code = "import sys; print(*range(100), sep='\\n'); sys.exit('no port')"
    child = await _python(code, tmp_path)

    told = str(await child.ended())

    assert told.startswith("sample ended with exit code 1.")
    assert told.endswith("  no port")
    assert "  3\n" not in told


async def test_a_child_that_said_nothing(tmp_path: Path) -> None:
    """That too is told."""
    child = await _python("raise SystemExit(7)", tmp_path)

    assert "exit code 7" in str(await child.ended())
    assert "(it said nothing)" in str(await child.ended())


async def test_ctrl_c_does_not_reach_a_child(tmp_path: Path) -> None:
    """It is in another session than the terminal's, so that the launcher decides on the order."""
    child = await _python("import time; time.sleep(60)", tmp_path)
    session = os.getsid(child.pid)
    await child.stop()

    assert os.getsid(0) != session


async def test_a_command_that_is_not_there(tmp_path: Path) -> None:
    """Is told by the system's own error."""
    with pytest.raises(FileNotFoundError):
        await Child.start("none", [str(tmp_path / "none")], tmp_path / "log", os.environ)
