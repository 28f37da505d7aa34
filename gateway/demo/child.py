"""A process of ours that runs while the demo does."""

import asyncio
import signal
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence
from pathlib import Path

_LOG_TAIL = 12  # lines that tell why a process ended


class ChildEndedError(Exception):
    """A process ended that should have gone on; the message has the last lines of its log."""


class Child:
    """One running process. Its output goes to a log file.

    It is in a session of its own, so that Ctrl-C reaches it in our order and not the terminal's.
    """

    def __init__(self, name: str, process: Process, log: Path) -> None:
        self.name = name
        self.log = log
        self._process = process

    @classmethod
    async def start(
        cls, name: str, command: Sequence[str], log: Path, environment: Mapping[str, str]
    ) -> "Child":
        """Start a command in the log's folder."""
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                *command,
                cwd=log.parent,
                env=dict(environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        return cls(name, process, log)

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    async def ended(self) -> ChildEndedError:
        """Wait until the process ends by itself, and tell what it said last."""
        code = await self._process.wait()
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        said = "\n".join(f"  {line}" for line in lines[-_LOG_TAIL:]) or "  (it said nothing)"
        return ChildEndedError(f"{self.name} ended with exit code {code}. Its last words:\n{said}")

    async def stop(self, grace_s: float = 10.0) -> int:
        """End the process: SIGTERM, and SIGKILL when it takes longer. Returns its exit code."""
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(grace_s):
                    return await self._process.wait()
            except TimeoutError:
                self._process.kill()
        return await self._process.wait()
