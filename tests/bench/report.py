"""Writes down what was measured, for `docs/performance.md`."""

from collections.abc import Iterable, Sequence

from tests.bench.findings import JUDGED_AT, OURS, WISHES, Findings
from tests.bench.implementations import IMPLEMENTATIONS
from tests.bench.measurement import Measurement
from tests.bench.workload import QUERIES

COMMAND = "make bench"
_RIGHT = "--:"
_NOTHING = "-"
_MANNER = f"""\
Every server runs as a process on one core; what sends the requests, and the four mocked systems
that all servers ask, run on the other. The servers are measured in turn, several rounds, and each
figure is a median. The processor's time of a request is all that the server's process has had, in
the kernel as well, by the number of its answers. Ratios compare figures of one round, because what
else a machine does changes from round to round; they are judged over {JUDGED_AT} connections, where
those were measured. Before anything is timed, all servers must give the same answer to every query,
down to the ids.

- **Tillgraph** is `tillgraph serve` with all that it does in production: keys, deadlines, limits,
  batching, merging; its database is up to date, as at any start but the first. Its connectors are
  written in Python, or described in YAML.
- The **hand-written endpoint** has no GraphQL: one function for each query asks the connectors in
  Python, as few times as possible, and builds the same JSON, on the same server with the same
  settings.
- **stock Strawberry** is the same graph as Strawberry's documentation has it, with DataLoaders and
  httpx.
- **Apollo Server** and **mercurius**, which compiles queries, run the same graph on Node, with
  DataLoader, straight over the systems' JSON.

The servers, the systems and the queries lie in [tests/bench](../tests/bench)."""
_WAITING = """\
How many calls to systems stand one after another in a request: how much slower an answer is when
the systems are, by how much slower they are."""


def written(found: Measurement, picture: str) -> str:
    """The page, with a picture that lies beside it."""
    findings = Findings(found)
    versions = ", ".join(f"{name} {it}" for name, it in found.versions.items())
    parts = [
        "# What a request costs",
        f"`{COMMAND}` has written this page, on a machine with {found.cores} cores: {versions}.",
        f"![The processor's time of one request, by server]({picture})",
        "## What is asked",
        _wishes(findings),
        *(
            f"{IMPLEMENTATIONS[name].title} is left out: {it}."
            for name, it in found.left_out.items()
        ),
        "## Query by query",
        "Milliseconds; `times` is how many times Tillgraph's processor time a server takes.",
        *(_query(findings, query) for query in findings.queries),
        "## Calls that wait for one another",
        _WAITING,
        _waits(findings),
        "## Memory",
        _peaks(found),
        "## How it is measured",
        _MANNER,
    ]
    return "\n\n".join(parts) + "\n"


def _wishes(findings: Findings) -> str:
    rows = []
    for wish in WISHES:
        times = findings.granted(wish)
        if times is None:
            continue
        kind = "at least {:g} times cheaper" if wish.is_cheaper else "at most {:g} times as dear"
        rows.append(
            [
                QUERIES[wish.query].title,
                _title(wish.against),
                kind.format(wish.times),
                f"{times:.1f}",
                "yes" if wish.is_met(times) else "**no**",
            ]
        )
    return _table(["query", "beside", "asked", "found", "holds"], rows, "lllrl")


def _query(findings: Findings, query: str) -> str:
    rows = []
    for connections in findings.connections(query):
        for name in findings.implementations:
            figure = findings.figure(name, query, connections)
            if figure is None:
                continue
            times = findings.times(name, query, connections)
            rows.append(
                [
                    str(connections),
                    _title(name),
                    _shown(figure.cpu_ms),
                    _NOTHING if times is None else f"{times:.2f}",
                    _shown(figure.p50_ms),
                    _shown(figure.p99_ms),
                    f"{figure.calls:.3g}",
                ]
            )
    head = ["connections", "server", "processor", "times", "p50", "p99", "calls"]
    return f"### {QUERIES[query].title}\n\n{_table(head, rows, 'rlrrrrr')}"


def _waits(findings: Findings) -> str:
    rows = []
    for query in findings.queries:
        found = [findings.waits(name, query) for name in findings.implementations]
        shown = [_NOTHING if it is None else f"{max(0.0, it):.1f}" for it in found]
        rows.append([QUERIES[query].title, *shown])
    head = ["query", *map(_title, findings.implementations)]
    return _table(head, rows, "l" + "r" * (len(head) - 1))


def _peaks(found: Measurement) -> str:
    rows = [[_title(it.implementation), f"{it.mib:.0f}"] for it in found.peaks]
    asked = {(it.query, it.connections) for it in found.peaks}
    told = "; ".join(
        f"the most MiB while answering “{QUERIES[query].title}” over {connections} connections"
        for query, connections in sorted(asked)
    )
    return f"{told[:1].upper()}{told[1:]}.\n\n" + _table(["server", "MiB"], rows, "lr")


def _title(name: str) -> str:
    title = IMPLEMENTATIONS[name].title
    return f"**{title}**" if name == OURS else title


def _shown(milliseconds: float) -> str:
    return f"{milliseconds:.3g}" if milliseconds < 100 else f"{milliseconds:.0f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], sides: str) -> str:
    rule = [_RIGHT if it == "r" else "---" for it in sides]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))
