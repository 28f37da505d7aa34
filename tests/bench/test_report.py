"""What a run has found is told as it is: figures, ratios, and whether they are as asked."""

import pytest
from lxml import etree

from tests.bench.findings import WISHES, Findings
from tests.bench.load import Outcome
from tests.bench.measurement import Cell, Measurement, Peak, Waits
from tests.bench.picture import drawn
from tests.bench.report import written

# Milliseconds of each server in each round; the second round's machine was twice as slow.
COSTS = {"ours": (1.0, 2.0), "handwritten": (0.5, 1.0), "stock": (40.0, 80.0)}


def _cell(implementation: str, number: int, cpu_ms: float, *, query: str = "joined") -> Cell:
    outcome = Outcome(
        requests=100, errors=0, seconds=1.0, least_ms=0.1, p50_ms=cpu_ms, p99_ms=3 * cpu_ms
    )
    return Cell(implementation, query, 16, number, cpu_ms, 4.0, outcome)


@pytest.fixture
def found() -> Measurement:
    """A run of two rounds without Node, in which ours is cheap enough beside one of two."""
    return Measurement(
        cores=2,
        versions={"Python": "3.11.7"},
        left_out={"apollo": "Node and npm are not installed"},
        cells=[_cell(it, number, ms) for it, of in COSTS.items() for number, ms in enumerate(of)],
        waits=[Waits("ours", "joined", 1.96), Waits("stock", "joined", 3.04)],
        peaks=[Peak("ours", "joined", 16, 120.4)],
    )


def test_a_ratio_is_one_of_figures_of_the_same_round(found: Measurement) -> None:
    """Whatever the machine did in a round, it did to both."""
    findings = Findings(found)

    assert (40.0, 0.5) == (
        findings.times("stock", "joined", 16),
        findings.times("handwritten", "joined", 16),
    )


def test_it_is_told_whether_a_wish_is_met(found: Measurement) -> None:
    """At least so many times cheaper, or at most so many times as dear."""
    findings = Findings(found)
    granted = {
        it.against: (findings.granted(it), it.is_met(findings.granted(it) or 0.0))
        for it in WISHES
        if findings.granted(it) is not None
    }

    assert {"stock": (40.0, True), "handwritten": (2.0, False)} == granted


def test_the_page_tells_what_holds_and_what_does_not(found: Measurement) -> None:
    """Each wish has a row with what was found; one that nobody measured has none."""
    page = written(found, "performance.svg")

    assert [
        ["stock Strawberry", "at least 30 times cheaper", "40.0", "yes"],
        ["hand-written endpoint", "at most 1.4 times as dear", "2.0", "**no**"],
    ] == [
        _cells(line)[1:]
        for line in page.splitlines()
        if " times cheaper" in line or " as dear" in line
    ]
    assert "Apollo Server is left out: Node and npm are not installed." in page
    assert "(performance.svg)" in page


def test_every_figure_is_in_the_page(found: Measurement) -> None:
    """Medians over the rounds, how many calls wait for one another, and the memory."""
    rows = [_cells(line) for line in written(found, "it.svg").splitlines() if line[:1] == "|"]

    assert ["16", "stock Strawberry", "60", "40.00", "60", "180", "4"] in rows
    assert ["50 orders with customers, lines, variants and stock", "2.0", "-", "3.0"] in rows
    assert ["**Tillgraph**", "120"] in rows


def test_the_picture_has_a_bar_for_each_server(found: Measurement) -> None:
    """The cheapest first, each longer than the one before."""
    root = etree.fromstring(drawn(Findings(found)).encode())
    bars = [it for it in root.iter("{http://www.w3.org/2000/svg}rect") if it.get("rx")]
    widths = [float(it.get("width", "")) for it in bars]

    assert ["bar", "own", "bar"] == [it.get("class") for it in bars]
    assert sorted(widths) == widths
    assert widths[0] > 0


def _cells(line: str) -> list[str]:
    return [it.strip() for it in line.strip("|").split("|")]
