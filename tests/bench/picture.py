"""Draws what was measured, for `docs/performance.svg`."""

from collections.abc import Iterator
from html import escape
from math import log10

from tests.bench.findings import OURS, Findings
from tests.bench.implementations import IMPLEMENTATIONS
from tests.bench.workload import QUERIES

_WIDTH = 960
_LEFT, _RIGHT = 250, 90
_TOP = 76
_BAR, _GAP, _BETWEEN = 18, 4, 34
_STYLE = """\
text { font-family: system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2937 }
.head { font-size: 17px; font-weight: 600 } .note { font-size: 12px; fill: #4b5563 }
.query { font-size: 13px; font-weight: 600 } .server { font-size: 12px; text-anchor: end }
.value { font-size: 12px } .page { fill: #ffffff } .bar { fill: #9ca3af } .own { fill: #059669 }
.line { stroke: #e5e7eb }
@media (prefers-color-scheme: dark) {
  text { fill: #e5e7eb } .note { fill: #9ca3af } .page { fill: #0d1117 } .bar { fill: #4b5563 }
  .own { fill: #34d399 } .line { stroke: #21262d }
}"""

_HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" \
height="{height}" role="img" aria-labelledby="t d">
<title id="t">The processor's time of one request, by query and server</title>
<desc id="d">{told}</desc>
<style>
{style}
</style>
<rect class="page" width="{width}" height="{height}"/>
<text class="head" x="24" y="32">The processor's time of one request</text>
<text class="note" x="24" y="52">Milliseconds; shorter is better, and each line is ten times the \
one before.</text>"""


def drawn(findings: Findings) -> str:
    """The picture: a bar for each server and query, on a logarithmic scale."""
    groups = [_group(findings, query) for query in findings.queries]
    heights = [_BETWEEN + len(it) * (_BAR + _GAP) for it in groups]
    costs = [cost for group in groups for _, cost in group]
    low, high = _decade(min(costs)), _decade(max(costs)) + 1
    height = _TOP + sum(heights) + 24
    lines = [
        _HEAD.format(width=_WIDTH, height=height, told=escape(_told(findings)), style=_STYLE),
        *_scale(low, high, height),
    ]
    top = _TOP
    for query, group, taken in zip(findings.queries, groups, heights, strict=True):
        title = f"{QUERIES[query].title}, {findings.judged(query)} connections"
        lines.append(f'<text class="query" x="24" y="{top + 18}">{escape(title)}</text>')
        for number, (name, cost) in enumerate(group):
            y = top + 26 + number * (_BAR + _GAP)
            lines += _bar(name, cost, y, _place(cost, low, high))
        top += taken
    return "\n".join([*lines, "</svg>"]) + "\n"


def _group(findings: Findings, query: str) -> list[tuple[str, float]]:
    """The servers that answered a query, the cheapest first."""
    found = []
    for name in findings.implementations:
        figure = findings.figure(name, query, findings.judged(query))
        # Less than the kernel's clock can tell is no bar.
        if figure is not None and figure.cpu_ms > 0:
            found.append((name, figure.cpu_ms))
    return sorted(found, key=lambda it: it[1])


def _bar(name: str, cost: float, y: int, end: float) -> Iterator[str]:
    kind = "own" if name == OURS else "bar"
    title = escape(IMPLEMENTATIONS[name].title)
    middle = y + _BAR - 5
    yield f'<text class="server" x="{_LEFT - 8}" y="{middle}">{title}</text>'
    width = end - _LEFT
    yield f'<rect class="{kind}" x="{_LEFT}" y="{y}" width="{width:.1f}" height="{_BAR}" rx="2"/>'
    yield f'<text class="value" x="{end + 6:.1f}" y="{middle}">{cost:.3g}</text>'


def _scale(low: int, high: int, height: int) -> Iterator[str]:
    for exponent in range(low, high + 1):
        x = _place(10**exponent, low, high)
        yield f'<path class="line" d="M{x:.1f} {_TOP}V{height - 20}"/>'
        yield (
            f'<text class="note" x="{x:.1f}" y="{height - 6}" text-anchor="middle">'
            f"{10**exponent:g}</text>"
        )


def _place(cost: float, low: int, high: int) -> float:
    share = (log10(cost) - low) / (high - low)
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _decade(cost: float) -> int:
    return int(log10(cost) // 1)


def _told(findings: Findings) -> str:
    parts = []
    for query in findings.queries:
        costs = ", ".join(
            f"{IMPLEMENTATIONS[name].title} {cost:.3g} ms" for name, cost in _group(findings, query)
        )
        parts.append(f"{QUERIES[query].title}: {costs}")
    return "; ".join(parts)
