"""Kasane's nightly deliveries. The newest file is parsed once and answered from memory."""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from connectors.kasane_deliveries import folder, mapping
from connectors.kasane_deliveries.config import KasaneDeliveriesConfig
from connectors.sdk.context import CallContext
from connectors.sdk.source import SourceContext
from schema.domain.errors import SourceError, Unavailable
from schema.domain.stock import IncomingRecord


class KasaneDeliveries:
    """The `IncomingReader` of the nightly file.

    Concurrency: any number of callers. They share one thread, so that a folder that hangs holds
    that thread alone, and each caller no longer than its deadline.
    """

    Config: ClassVar[type[BaseModel]] = KasaneDeliveriesConfig

    def __init__(self, config: KasaneDeliveriesConfig, context: SourceContext) -> None:
        self._source = context.name
        self._limits = context.limits
        self._folder = config.folder
        self._zone = ZoneInfo(config.time_zone)
        self._numbers = dict(config.stores)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="deliveries")
        self._known: tuple[folder.Version, mapping.Report] | None = None

    async def incoming(
        self, ctx: CallContext, skus: Sequence[str], stores: Sequence[str] | None
    ) -> Mapping[str, Sequence[IncomingRecord] | SourceError]:
        """See `IncomingReader.incoming`. `as_of` is when the file was made."""
        asked = self._numbers if stores is None else stores
        wanted = {self._numbers[store]: store for store in asked if store in self._numbers}
        report = await self._report(ctx)
        found = {
            sku: mapping.incoming(report, sku, source=self._source, stores=wanted) for sku in skus
        }
        return {sku: it for sku, it in found.items() if it}

    async def probe(self, ctx: CallContext) -> None:
        """Look whether the newest file can be read."""
        await self._report(ctx)

    async def aclose(self) -> None:
        """Let the thread go, without waiting for a folder that hangs."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _report(self, ctx: CallContext) -> mapping.Report:
        work = asyncio.get_running_loop().run_in_executor(self._thread, self._read)
        try:
            async with asyncio.timeout(min(ctx.remaining_s, self._limits.timeout_s)):
                return await work
        except TimeoutError as error:
            raise Unavailable("the folder did not answer in time") from error

    def _read(self) -> mapping.Report:
        """The newest file's report. Runs in our thread alone, which also owns `_known`."""
        version = folder.newest(self._folder)
        if self._known is None or self._known[0] != version:
            report = mapping.report(folder.content(version), self._zone)
            self._known = (version, report)
        return self._known[1]
