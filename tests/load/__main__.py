"""`python -m tests.load`: many payments with faults, and whether the books agree afterwards."""

import argparse
import asyncio
import json
import statistics
import sys
from collections import Counter
from typing import Any

from tests.killing.report import Progress
from tests.load.run import Outcome, Wishes, loaded


def figures(outcome: Outcome) -> dict[str, Any]:
    """Everything that was measured, for JSON."""
    done = outcome.results.done
    starts = sorted(it.start_s * 1000 for it in done)
    count = len(done)
    return {
        "payments": count,
        "took_s": round(outcome.took_s, 1),
        "per_s": round(count / outcome.took_s, 1),
        "start_ms": {
            "p50": round(statistics.median(starts), 1),
            "p99": round(starts[min(count - 1, count * 99 // 100)], 1),
        },
        "cpu_ms_per_payment": {
            "gateway": round(outcome.gateway_cpu_s * 1000 / count, 1),
            "simulator": round(outcome.simulator_cpu_s * 1000 / count, 1),
        },
        "states": dict(outcome.states),
        "refused": dict(Counter(it.refused for it in done if it.refused)),
        "wrong": list(outcome.wrong),
    }


def main() -> int:
    """Run a load; returns 1 when the books differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--count", type=int, default=20_000, help="payments")
    parser.add_argument("--seed", type=int, default=1, help="makes the same sales again")
    parser.add_argument("--readers", type=int, default=64, help="each has a till that never rests")
    parser.add_argument("--no-faults", action="store_true", help="nothing goes wrong")
    parser.add_argument("--journal", help="address of an empty database; SQLite otherwise")
    parser.add_argument("--json", action="store_true", help="figures for programs")
    options = parser.parse_args()
    wishes = Wishes(
        count=options.count,
        seed=options.seed,
        readers=options.readers,
        has_faults=not options.no_faults,
        journal=options.journal,
    )
    shown = Progress()
    outcome = asyncio.run(
        loaded(wishes, lambda it: shown.tell(len(it.done), it.wanted, it.took_s, 0))
    )
    told = figures(outcome)
    if options.json:
        sys.stdout.write(json.dumps(told, indent=2) + "\n")
    else:
        for name, value in told.items():
            sys.stdout.write(f"{name}: {value}\n")
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
