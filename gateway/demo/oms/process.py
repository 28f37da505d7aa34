"""The OMS as a process."""

import os
from pathlib import Path

from gateway.demo.data.kasane import kasane
from gateway.demo.oms.application import Oms
from gateway.demo.oms.book import OrderBook
from gateway.demo.process import Conduct, Listen, run_web


async def run(listen: Listen, work: Path) -> None:  # noqa: ARG001 - it keeps all in memory
    """Serve Kasane's OMS until SIGTERM or SIGINT, to whoever has the key `KASANE_OMS_KEY`."""
    conduct = Conduct()
    oms = Oms(OrderBook(kasane()), os.environ.get("KASANE_OMS_KEY", "kasane-oms"))
    await run_web(oms.application(conduct), conduct, listen)
