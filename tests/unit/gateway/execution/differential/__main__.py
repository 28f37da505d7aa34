"""The long run: `python -m tests.unit.gateway.execution.differential --examples 20000`."""

import argparse
import sys
import warnings
from collections.abc import Iterator

from hypothesis import HealthCheck, Phase, given, seed, settings
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from tests.unit.gateway.execution.differential.arena import Arena
from tests.unit.gateway.execution.differential.case import Case, cases

_PORTION = 2_000

_settings = settings(
    database=None,
    deadline=None,
    print_blob=False,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
_console = Console(stderr=True)


def main() -> int:
    """Compare many examples; the first that differs is told in its smallest form."""
    options = _options()
    # graphql-core loses some itself; of ours the comparison tells.
    warnings.filterwarnings("ignore", "coroutine .* was never awaited")
    bar = Progress(BarColumn(None), MofNCompleteColumn(), TimeRemainingColumn(), console=_console)
    with Arena() as arena, bar:
        task = bar.add_task("", total=options.examples)

        def compare(case: Case) -> None:
            bar.advance(task)
            differences = arena.compare(case)
            if differences:
                raise AssertionError("\n".join([*differences, repr(case)]))

        try:
            for number, examples in enumerate(_portions(options.examples)):
                chosen = settings(_settings, max_examples=examples, phases=_phases(options))
                chosen(seed(options.seed * 1_000 + number)(given(cases())(compare)))()
        except AssertionError as difference:
            bar.stop()
            sys.stdout.write(f"{difference}\n")
            return 1
    _console.print(f"seed {options.seed}: no difference.", dict(arena.met))
    _console.print("Handed to graphql-core whole:", dict(arena.fallbacks))
    return 0


def _portions(examples: int) -> Iterator[int]:
    """As many at a time as hypothesis has memory for: it keeps what it has tried."""
    for begun in range(0, examples, _PORTION):
        yield min(_PORTION, examples - begun)


def _phases(options: argparse.Namespace) -> list[Phase]:
    return [Phase.generate] if options.as_found else [Phase.generate, Phase.shrink]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=20_000, help="how many; %(default)s")
    parser.add_argument("--seed", type=int, default=0, help="another seed, other examples")
    parser.add_argument(
        "--as-found", action="store_true", help="tell a difference at once, however large"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
