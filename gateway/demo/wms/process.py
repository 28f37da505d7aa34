"""The warehouse's process: it makes the database, and misbehaves on command."""

import os
from pathlib import Path

from sqlalchemy import URL, make_url

from gateway.demo.data.kasane import kasane
from gateway.demo.process import Conduct, Fault, Listen, run_control
from gateway.demo.wms.database import make
from gateway.demo.wms.fault import WmsFault

FILE = "wms.sqlite3"


async def run(listen: Listen, work: Path) -> None:
    """Make the database and serve commands until SIGTERM or SIGINT.

    It is the file `wms.sqlite3` in the work folder, unless `KASANE_WMS_URL` names another.
    """
    url = _url(work)
    make(url, kasane())
    conduct, fault = Conduct(), WmsFault(url)

    async def turn(asked: Fault) -> None:
        await fault.turn(asked)
        conduct.fault = asked

    try:
        await run_control(conduct, turn, listen)
    finally:
        await fault.turn(Fault())


def _url(work: Path) -> URL:
    if told := os.environ.get("KASANE_WMS_URL"):
        return make_url(told)
    return URL.create("sqlite", database=str(work / FILE))
