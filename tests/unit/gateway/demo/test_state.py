import os
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.demo.state import PREFIX, DemoState, NoDemoError, System, fresh_folder, running


def _state(work: Path, pid: int | None = None) -> DemoState:
    return DemoState(
        pid=os.getpid() if pid is None else pid,
        work=str(work),
        graphql="http://127.0.0.1:1/graphql",
        websocket="ws://127.0.0.1:1/graphql",
        systems={"pos": System("http://127.0.0.1:2", 3, "http://127.0.0.1:2/control")},
    )


def _ended_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for temporary folders that is ours alone."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_a_running_demo_is_found_in_its_folder(tmp_path: Path) -> None:
    """All that it said of itself."""
    _state(tmp_path).save()

    assert _state(tmp_path) == running(tmp_path)
    assert ["demo.json"] == [path.name for path in tmp_path.iterdir()]


def test_the_newest_running_demo_is_found_without_a_folder(folders: Path) -> None:
    """One that has ended, and a folder without a state, are passed over."""
    works = [folders / f"{PREFIX}{name}" for name in "abcd"]
    for age, work in enumerate(works):
        work.mkdir()
        if age != 3:
            _state(work, _ended_pid() if age == 2 else None).save()
        os.utime(work, (age, age))

    assert str(works[1]) == running(None).work


def test_without_a_demo_the_next_step_is_told(folders: Path) -> None:
    """And it names the folder, where one was given."""
    with pytest.raises(NoDemoError, match="start one in another terminal: tillgraph demo"):
        running(None)
    with pytest.raises(NoDemoError, match=f"tillgraph demo --work {folders}"):
        running(folders)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"pid": "x"}'])
def test_a_damaged_state_is_no_demo(folders: Path, content: bytes) -> None:
    """Whatever lies in the file."""
    (folders / "demo.json").write_bytes(content)

    with pytest.raises(NoDemoError):
        running(folders)


def test_a_fresh_folder_is_ours_alone(folders: Path) -> None:
    """It will hold the sample's passwords."""
    folder = fresh_folder()

    assert folder.name.startswith(PREFIX)
    assert 0o700 == folder.stat().st_mode & 0o777
    assert folder != fresh_folder()
