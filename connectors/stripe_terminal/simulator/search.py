"""Payments that fit a query of Stripe's search language."""

import re
from collections.abc import Callable
from itertools import islice

from connectors.stripe_terminal.simulator.records import Intent
from connectors.stripe_terminal.simulator.refusal import wrong_parameter
from connectors.stripe_terminal.simulator.world import World

# metadata['order']:'7', status:"succeeded", amount>=500
_CLAUSE = re.compile(
    r"""(?P<field>status|currency|amount|created|metadata\[(?P<q>["'])(?P<name>[^"']+)(?P=q)\])
        \s*(?P<sign>:|>=|<=|>|<)\s*(?:(?P<quote>["'])(?P<text>[^"']*)(?P=quote)|(?P<number>\d+))""",
    re.VERBOSE,
)
_SIGNS: dict[str, Callable[[int, int], bool]] = {
    ":": lambda found, wanted: found == wanted,
    ">": lambda found, wanted: found > wanted,
    "<": lambda found, wanted: found < wanted,
    ">=": lambda found, wanted: found >= wanted,
    "<=": lambda found, wanted: found <= wanted,
}

Test = Callable[[Intent], bool]


def found(
    world: World, query: str, limit: int, page: str | None
) -> tuple[list[Intent], str | None]:
    """The payments, the newest first, and the page after them.

    Like Stripe's, a search does not find what was created a moment ago: see `search_lag_s`.

    Raises:
        Refusal: The query cannot be read; clauses are joined by AND alone.
    """
    tests = [_test(clause.strip()) for clause in re.split(r"\s+AND\s+", query.strip())]
    begin = int(page) if page and page.isdecimal() else 0
    newest = world.now - world.setup.search_lag_s
    rows = (
        it
        for it in reversed(world.intents.values())
        if it.created <= newest and all(test(it) for test in tests)
    )
    taken = list(islice(rows, begin, begin + limit + 1))
    return taken[:limit], str(begin + limit) if len(taken) > limit else None


def _test(clause: str) -> Test:
    matched = _CLAUSE.fullmatch(clause)
    if matched is None:
        raise wrong_parameter("The search query cannot be read.", param="query")
    sign, field, text = matched["sign"], matched["field"], matched["text"]
    if matched["number"] is not None and field in {"amount", "created"}:
        wanted, compare = int(matched["number"]), _SIGNS[sign]
        return lambda intent: compare(int(getattr(intent, field)), wanted)
    if sign != ":" or text is None or field in {"amount", "created"}:
        raise wrong_parameter("The search query cannot be read.", param="query")
    if name := matched["name"]:
        return lambda intent: intent.metadata.get(name) == text
    return lambda intent: bool(getattr(intent, field) == text)
