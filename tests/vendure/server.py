"""The process of a shop."""

import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.vendure.installation import NoShopError

_PROGRAM = Path(__file__).with_name("server.cjs")
_START_S = 120
_END_S = 10


class Server:
    """The shop whose database lies in a folder; it runs there once, whoever has started it."""

    def __init__(self, packages: Path, folder: Path) -> None:
        self.database = folder / "shop.sqlite"
        self._packages = packages
        self._folder = folder
        self._ready = folder / "ready.json"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_up(self) -> bool:
        """Whether it runs."""
        return self._pid() is not None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._told()['port']}"

    def start(self, port: int = 0) -> None:
        """Start it, and wait until it answers; port 0 is a free one.

        Raises:
            NoShopError: It ended, or takes too long; its log stays.
        """
        self._ready.unlink(missing_ok=True)
        log = self._folder / "shop.log"
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                ["node", _PROGRAM, self._packages, self._folder, str(port or _free_port())],
                cwd=self._folder,
                env={**os.environ, "VENDURE_DISABLE_TELEMETRY": "true"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        end = time.monotonic() + _START_S
        while not self._ready.exists():
            if self._process.poll() is not None or time.monotonic() > end:
                self._process.kill()
                self._process.wait()
                raise NoShopError(f"the shop did not start; its log is {log}")
            time.sleep(0.1)

    def stop(self) -> None:
        """End it, if it runs; its database stays."""
        pid = self._pid()
        if pid is not None:
            os.kill(pid, signal.SIGTERM)
            end = time.monotonic() + _END_S
            while self.is_up and time.monotonic() < end:
                time.sleep(0.05)
            if self.is_up:
                os.kill(pid, signal.SIGKILL)
        if self._process is not None:
            self._process.wait(_END_S)
        self._ready.unlink(missing_ok=True)

    def _told(self) -> Any:
        return json.loads(self._ready.read_text(encoding="utf-8"))

    def _pid(self) -> int | None:
        """The process, if it runs; a number that has been given to another is none."""
        try:
            pid = int(self._told()["pid"])
        except FileNotFoundError:
            return None
        listed = ["ps", "-ww", "-o", "stat=,args=", "-p", str(pid)]
        told = subprocess.run(listed, check=False, capture_output=True, text=True).stdout
        is_it = _PROGRAM.name in told and str(self._folder) in told and not told.startswith("Z")
        return pid if is_it else None


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
