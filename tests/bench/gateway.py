"""Measures the gateway side by side with what it is compared to.

python -m tests.bench.gateway --help
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from tests.bench.findings import Findings
from tests.bench.implementations import IMPLEMENTATIONS
from tests.bench.measurement import Bench, Measurement, Plan
from tests.bench.picture import drawn
from tests.bench.report import written
from tests.bench.workload import QUERIES


def run(plan: Plan) -> Measurement:
    """Start everything, compare all answers, and measure."""
    with (
        tempfile.TemporaryDirectory() as work,
        Bench.running(plan, Path(work), _say) as bench,
    ):
        bench.compare()
        return bench.measure()


def main() -> None:
    """Measure what the command line asks for, and write it."""
    given = _parser().parse_args()
    found = run(_plan(given))
    if given.json:
        given.json.write_bytes(msgspec.json.format(msgspec.json.encode(found)))
    if given.page:
        picture = given.page.with_suffix(".svg")
        picture.write_text(drawn(Findings(found)), encoding="utf-8")
        given.page.write_text(written(found, picture.name), encoding="utf-8")


def _plan(given: argparse.Namespace) -> Plan:
    chosen = [IMPLEMENTATIONS[it] for it in given.implementations]
    left_out = {}
    for it in chosen:
        if reason := it.lacks():
            left_out[it.name] = reason
            _say(f"{it.title} is left out: {reason}")
    return Plan(
        implementations=[it for it in chosen if it.name not in left_out],
        left_out=left_out,
        queries=[QUERIES[it] for it in given.queries],
        connections=given.connections or ((4,) if given.short else None),
        seconds=given.seconds or (0.2 if given.short else 2.0),
        rounds=given.rounds or (1 if given.short else 3),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.gateway",
        description="Measure the gateway side by side with what it is compared to.",
    )
    parser.add_argument(
        "--queries", type=_names(QUERIES), default=list(QUERIES), help=", ".join(QUERIES)
    )
    parser.add_argument(
        "--implementations",
        type=_names(IMPLEMENTATIONS),
        default=list(IMPLEMENTATIONS),
        help=", ".join(IMPLEMENTATIONS),
    )
    parser.add_argument(
        "--connections",
        type=lambda text: [int(it) for it in text.split(",")],
        help="counts of connections; each query has its own",
    )
    parser.add_argument("--seconds", type=float, help="how long each is asked at a time (2)")
    parser.add_argument("--rounds", type=int, help="how often each is asked (3)")
    parser.add_argument("--short", action="store_true", help="see that it runs, and no more")
    parser.add_argument("--json", type=Path, help="a file for everything that was found")
    parser.add_argument("--page", type=Path, help="a page for it, with a picture beside it")
    return parser


def _names(known: Mapping[str, object]) -> Callable[[str], list[str]]:
    def read(text: str) -> list[str]:
        names = text.split(",")
        if unknown := [it for it in names if it not in known]:
            raise argparse.ArgumentTypeError(f"{unknown[0]} is none of {', '.join(known)}")
        return names

    return read


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    main()
