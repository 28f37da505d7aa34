"""The POS's process."""

import os
from pathlib import Path

from gateway.demo.data.kasane import kasane
from gateway.demo.pos.application import application
from gateway.demo.pos.ledger import Ledger
from gateway.demo.pos.sale import sales
from gateway.demo.process import Conduct, Listen, run_web


async def run(listen: Listen, work: Path) -> None:  # noqa: ARG001 - it keeps all in memory
    """Serve Kasane's sales until SIGTERM or SIGINT, to who knows `KASANE_POS_PASSWORD`."""
    password = os.environ.get("KASANE_POS_PASSWORD", "kasane-pos")
    conduct = Conduct()
    await run_web(application(Ledger(sales(kasane())), conduct, password), conduct, listen)
