"""Serves the graph from a configuration file."""

import asyncio
import contextlib
import signal
from pathlib import Path

import uvloop
from msgspec import Struct

from connectors.sdk.registry import Registry
from gateway.cli.configuration import listening, next_step, read
from gateway.cli.output import Exit, fail
from gateway.cli.reload import Reloader
from gateway.http.server import serve
from gateway.settings.file import load
from gateway.settings.model import Settings
from gateway.wiring import open_gateway


class Origin(Struct, frozen=True):
    """Where settings come from: the file, with the address of the command line over it."""

    path: Path
    host: str | None
    port: int | None
    registry: Registry

    def settings(self) -> Settings:
        """Read them anew. Raises `ConfigurationError`, or `ValueError` for the address."""
        return listening(load(self.path, self.registry), self.host, self.port)


def run(path: Path, *, host: str | None, port: int | None) -> None:
    """Serve until SIGTERM or SIGINT, then let running requests end.

    A wrong configuration ends the command with exit code 2 before anything is opened.
    """
    registry = Registry.discover()
    file = read(path, registry)
    try:
        settings = listening(file, host, port)
    except ValueError as error:
        fail(str(error), next_step=next_step(path), code=Exit.CONFIGURATION)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings, Origin(path, host, port, registry)))


async def _serve(settings: Settings, origin: Origin) -> None:
    asked = asyncio.Event()
    # First of all: without a handler, SIGHUP would end the process.
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, asked.set)
    gateway = await open_gateway(settings, origin.registry)
    reloader = Reloader(asked, settings, origin.settings, gateway.reload)
    watching = asyncio.create_task(reloader.run(), name="reload")
    try:
        await serve(gateway.app, settings.server)
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
        await gateway.aclose()
