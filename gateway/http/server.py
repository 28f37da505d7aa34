"""The process's server: uvicorn, told to end on SIGTERM and to let what runs come to its end."""

import asyncio
import contextlib
import gc
import logging
import signal
import socket
import threading
from collections.abc import Generator, Sequence

import uvicorn
from typing_extensions import override

from gateway.http.front import Front
from gateway.http.settings import HttpSettings

log = logging.getLogger(__name__)

_DRAIN_S = 10
# What lives from the start on is left alone, and the rest is looked at less often: with Python's
# own figures, collecting takes as much time as serving.
_GC_THRESHOLDS = (50_000, 50, 100)


async def serve(app: Front, settings: HttpSettings) -> None:
    """Serve until SIGTERM or SIGINT, then let requests end for up to ten seconds.

    The address is logged as `listening`, with the port that was found free where it is 0.
    """
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=settings.body_bytes,
        ws_per_message_deflate=False,  # a small message might become a large one
        lifespan="off",
        log_config=None,
        log_level="warning",  # below it, addresses are written with what they ask
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_DRAIN_S,
    )
    await _Server(config, app.ending).serve()


class _Server(uvicorn.Server):
    """Ends streams first when it ends: they would never end by themselves."""

    def __init__(self, config: uvicorn.Config, ending: asyncio.Event) -> None:
        super().__init__(config)
        self._ending = ending

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_GC_THRESHOLDS)

    @override
    def _log_started_message(self, listeners: Sequence[socket.SocketType]) -> None:
        host, port = listeners[0].getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        log.info("listening", extra={"address": f"http://{shown}:{port}", "host": host})

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        log.info("draining", extra={"count": len(self.server_state.connections)})
        self._ending.set()
        await super().shutdown(sockets)

    @override
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Take SIGTERM and SIGINT, and keep them: whoever called us has things to close as well.

        uvicorn's own way is to raise them again, which would end the process at once.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        taken = (signal.SIGTERM, signal.SIGINT)
        before = {number: signal.signal(number, self.handle_exit) for number in taken}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
