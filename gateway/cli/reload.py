"""Takes up changes of the configuration file while the gateway runs."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from connectors.sdk.document.problem import ConfigurationError
from gateway.settings.model import Settings

log = logging.getLogger(__name__)


class Reloader:
    """Reads the file again whenever `asked` is set; a wrong file changes nothing, and is logged.

    Concurrency: `asked` may be set at any time, also while a reload runs: one more follows it.
    """

    def __init__(
        self,
        asked: asyncio.Event,
        serving: Settings,
        read: Callable[[], Settings],
        apply: Callable[[Settings], Awaitable[None]],
    ) -> None:
        self._serving = serving
        self._read = read
        self._apply = apply
        self._asked = asked

    async def run(self) -> None:
        """Reload each time it is asked for, until cancelled."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            await self._reload()

    async def _reload(self) -> None:
        settings = await asyncio.to_thread(self._readable)
        if not isinstance(settings, Settings):
            for problem in settings:
                log.error("configuration is wrong: %s", problem)
            log.error("going on with the configuration as it was")
            return
        try:
            await self._apply(settings)
        except Exception:
            log.exception("going on with the configuration as it was: it could not be applied")
            return
        if settings.server != self._serving.server:
            log.warning("the configuration is applied, but `server` changes with a restart only")
        log.info("the configuration is applied", extra={"sources": len(settings.sources)})

    def _readable(self) -> Settings | tuple[str, ...]:
        """The file's settings, or everything that is wrong with them."""
        try:
            return self._read()
        except ConfigurationError as error:
            return error.lines
        except ValueError as error:
            return (str(error),)
