"""The services of the compose file as processes of this machine: same commands, other places."""

import asyncio
import os
import re
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from gateway.demo.child import Child
from tests.docker.compose import mounts, services
from tests.docker.dockerfile import stages

_IMAGE = stages()[-1]
_READY_S = 60
_LOOPBACK = "127.0.0.1"
_PORT = r"[1-9]\d{3}"


class Topology:
    """Starts every service of ours in the order that the file asks for.

    A container's name becomes this machine, its ports become free ones, its volumes and its own
    folder become folders under `work`; the database is the one given.
    """

    def __init__(self, project: Mapping[str, Any], work: Path, database: str) -> None:
        self._services = services(project, ours=True)
        self._work = work
        self._database = make_url(database)
        self._ports: dict[tuple[str, str], str] = {}
        self._children: dict[str, Child] = {}

    async def start(self) -> None:
        """Start them, each once those that it waits for are healthy, or through."""
        settled = {name: asyncio.Event() for name in self._services}
        async with asyncio.TaskGroup() as group:
            for name in self._services:
                group.create_task(self._start(name, settled))

    async def aclose(self) -> Mapping[str, int]:
        """End them all; returns their exit codes."""
        codes = await asyncio.gather(*(child.stop() for child in self._children.values()))
        return dict(zip(self._children, codes, strict=True))

    def address(self, name: str, port: str) -> str:
        """Where a container's port is on this machine."""
        if (name, port) not in self._ports:
            with socket.create_server((_LOOPBACK, 0)) as server:
                self._ports[name, port] = str(server.getsockname()[1])
        return f"{_LOOPBACK}:{self._ports[name, port]}"

    async def _start(self, name: str, settled: Mapping[str, asyncio.Event]) -> None:
        service = self._services[name]
        for awaited in settled.keys() & service.get("depends_on", {}).keys():
            await settled[awaited].wait()
        words = service.get("command") or _IMAGE.one("CMD").form
        command = [self._here(name, word) for word in words]
        child = self._children[name] = await Child.start(
            name,
            [sys.executable, "-m", "gateway.cli", *command],
            self._folder(name) / "log",
            {**os.environ, **self._environment(name)},
        )
        if service.get("healthcheck", {}).get("disable"):
            told = await child.ended()
            assert 0 == await child.stop(), told
        else:
            await self._healthy(name, child)
        settled[name].set()

    async def _healthy(self, name: str, child: Child) -> None:
        """Wait until the service's own health check says so."""
        check = self._services[name].get("healthcheck", {}).get("test")
        *_, code = check or _IMAGE.one("HEALTHCHECK").form
        end = time.monotonic() + _READY_S
        while True:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-c", self._here(name, code)),
                env={**os.environ, **self._environment(name)},
                stderr=asyncio.subprocess.DEVNULL,
            )
            if await process.wait() == 0:
                return
            assert time.monotonic() < end, child.log.read_text(encoding="utf-8")
            await asyncio.sleep(0.2)

    def _environment(self, name: str) -> Mapping[str, str]:
        given = dict(self._services[name].get("environment", {}))
        if "POSTGRES_PASSWORD" in given:
            given["POSTGRES_PASSWORD"] = str(self._database.password or "nobody-asks")
        return {**given, "PORT": self.address(name, _IMAGE.environment["PORT"]).split(":")[1]}

    def _here(self, name: str, word: str) -> str:
        """A word of a service's command, or of its health check, as it is on this machine."""
        server = self._database
        word = word.replace("//tillgraph:", f"//{server.username}:").replace(
            "@postgres:5432/tillgraph", f"@{server.host}:{server.port}/{server.database}"
        )
        for path, folder in self._places(name):
            word = re.sub(rf"{path}(?=/|$)", str(folder), word)
        word = re.sub(rf"(?<=//)([a-z]+):({_PORT})", lambda it: self.address(it[1], it[2]), word)
        word = re.sub(
            rf"(?<=//){re.escape(_LOOPBACK)}:({_PORT})(?=/)",
            lambda it: self.address(name, it[1]),
            word,
        )
        word = re.sub(
            rf"^(--(?:control-)?port=|)({_PORT})$",
            lambda it: it[1] + self.address(name, it[2]).split(":")[1],
            word,
        )
        return word.replace("0.0.0.0", _LOOPBACK)  # noqa: S104 - so that nobody else reaches it

    def _places(self, name: str) -> Sequence[tuple[str, Path]]:
        """Paths in a container. What the configuration names is where the gateway sees it."""
        seen = [*mounts(self._services[name]), *mounts(self._services["gateway"])]
        return [(mount.target, self._folder(mount.volume)) for mount in seen]

    def _folder(self, name: str) -> Path:
        folder = self._work / name
        folder.mkdir(exist_ok=True)
        return folder
