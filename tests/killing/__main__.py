"""`python -m tests.killing`: ends the gateway at every moment, and compares the books."""

import argparse
import asyncio
import json
import sys
from pathlib import Path

from tests.killing.matrix import Tally
from tests.killing.report import Progress, figures, text
from tests.killing.run import Ground, Wishes, opened
from tests.killing.safeguards import SAFEGUARDS
from tests.killing.stories import STORIES


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.killing", description=__doc__)
    parser.add_argument("--kills", type=int, default=400, help="how many in all")
    parser.add_argument("--seed", type=int, default=1, help="makes the same order of deaths again")
    parser.add_argument("--lanes", type=int, default=4, help="how many stories run side by side")
    parser.add_argument(
        "--story", action="append", default=[], choices=STORIES, help="this one alone; repeatable"
    )
    parser.add_argument(
        "--at", action="append", default=[], help="only moments whose name has this; repeatable"
    )
    parser.add_argument("--processes", type=int, default=1, choices=(1, 2), help="gateways at once")
    parser.add_argument("--database", default="sqlite", choices=("sqlite", "postgresql"))
    parser.add_argument("--also", choices=("postgres", "simulator"), help="what else is killed")
    parser.add_argument("--without", choices=SAFEGUARDS, help="a safeguard that is taken away")
    parser.add_argument(
        "--patience", type=float, default=60.0, help="seconds after which what is wrong stays so"
    )
    parser.add_argument(
        "--slow", action="store_true", help="with the product's own pauses: some five times as long"
    )
    parser.add_argument("--keep", type=Path, help="folder for the logs of cases that end wrong")
    parser.add_argument("--json", action="store_true", help="figures for programs")
    return parser


async def _killed(ground: Ground, wishes: Wishes) -> Tally:
    shown = Progress()
    async with opened(ground) as estate:
        return await estate.killed(
            wishes, lambda it: shown.tell(it.kills, it.wanted, it.took_s, len(it.faults))
        )


def main() -> int:
    """Run a matrix; returns 1 when something ended wrong."""
    parser = _parser()
    options = parser.parse_args()
    if options.also == "postgres" and options.database != "postgresql":
        parser.error("--also postgres needs --database postgresql")
    ground = Ground(
        lanes=options.lanes,
        processes=options.processes,
        database=options.database,
        is_quick=not options.slow,
    )
    wishes = Wishes(
        kills=options.kills,
        seed=options.seed,
        stories=tuple(options.story) or tuple(STORIES),
        processes=options.processes,
        also=options.also,
        without=options.without,
        at=tuple(options.at),
        patience_s=options.patience,
    )
    tally = asyncio.run(_killed(ground, wishes))
    told = figures(tally)
    sys.stdout.write((json.dumps(told, indent=2) if options.json else text(told)) + "\n")
    if options.keep is not None:
        options.keep.mkdir(parents=True, exist_ok=True)
        for number, fault in enumerate(tally.faults, start=1):
            (options.keep / f"{number}.log").write_text(fault.log, encoding="utf-8")
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
