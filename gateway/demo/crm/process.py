"""The CRM as a process."""

import os
from pathlib import Path

from gateway.demo.crm.application import Crm
from gateway.demo.crm.settings import Settings
from gateway.demo.data.kasane import kasane
from gateway.demo.process import Conduct, Listen, run_web


async def run(listen: Listen, work: Path) -> None:  # noqa: ARG001 - it keeps all in memory
    """Serve Kasane's CRM until SIGTERM or SIGINT; `Settings.of` tells what the environment sets."""
    conduct = Conduct()
    crm = Crm(kasane().customers, Settings.of(os.environ))
    await run_web(crm.application(conduct), conduct, listen)
