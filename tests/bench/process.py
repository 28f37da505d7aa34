"""A process that is measured: on one core, with what the kernel says that it has cost."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

TICKS_PER_S = os.sysconf("SC_CLK_TCK")

_STARTS_WITHIN_S = 30.0
_ENDS_WITHIN_S = 10.0
_LOG_TAIL = 1_500  # characters


class EndedError(Exception):
    """A process did not come up; the message has the end of its log."""


class Measured:
    """One process and its children."""

    def __init__(self, name: str, process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
        self.name = name
        self.port = port
        self._process = process
        self._log = log

    @classmethod
    def start(
        cls,
        name: str,
        command: Sequence[str],
        *,
        core: int,
        port: int,
        log: Path,
        environment: Mapping[str, str],
    ) -> "Measured":
        """Start it, and wait until it accepts connections at its port."""
        with pinned(core), log.open("wb") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **environment},
            )
        started = cls(name, process, port, log)
        try:
            started._wait()
        except BaseException:
            started.stop()
            raise
        return started

    def cpu_s(self) -> float:
        """Seconds of processor that it and its children have had, in the kernel as well."""
        ticks = 0
        for pid in self._tree():
            with contextlib.suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
        return ticks / TICKS_PER_S

    def forget_peak(self) -> None:
        """Begin to measure the peak of its memory anew."""
        for pid in self._tree():
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def peak_mib(self) -> float:
        """The most memory that it has had since then, in MiB."""
        kib = 0
        for pid in self._tree():
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    kib += int(line.split()[1])
        return kib / 1024

    def stop(self) -> None:
        """End it."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(_ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()

    def _wait(self) -> None:
        end = time.monotonic() + _STARTS_WITHIN_S
        while time.monotonic() < end:
            if self._process.poll() is not None:
                break
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            time.sleep(0.05)
        said = self._log.read_text(encoding="utf-8", errors="replace")[-_LOG_TAIL:]
        raise EndedError(f"{self.name} did not come up. Its last words:\n{said}")

    def _tree(self) -> Sequence[int]:
        found, rest = [], [self._process.pid]
        while rest:
            pid = rest.pop()
            found.append(pid)
            with contextlib.suppress(OSError):
                for task in Path(f"/proc/{pid}/task").iterdir():
                    rest += map(int, (task / "children").read_text().split())
        return found


@contextlib.contextmanager
def pinned(core: int) -> Iterator[None]:
    """Start processes on one core, where the machine has it and lets us choose."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core} & before or before)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port
