"""What is different between two outcomes of the same operation.

An error that nulls an object or a list above it may stop what goes on beside it. So beneath a
place that is null for that reason, which of several errors is told is a matter of time; but each
told must be one of those that are possible there, and where one side tells any, so must the other.
A list that breaks in its midst is such a place too: what its items wait for comes to nothing.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from tests.unit.gateway.execution.differential.lists import BROKEN
from tests.unit.gateway.execution.differential.outcome import Error, Keys, Outcome


def differences(
    expected: Outcome, actual: Outcome, possible: Callable[[], Sequence[Error]]
) -> list[str]:
    """All that is different. `possible` finds every error of an operation that nulls nothing."""
    found = []
    if expected.raised != actual.raised:
        found.append(f"raised {actual.raised} instead of {expected.raised}")
    if expected.promised != actual.promised and not _may_stop(expected):
        found.append("only one of them promises a result")
    found += _values(expected.data, actual.data, ())
    if found:
        return found
    found += _errors(expected, actual, possible)
    found += _calls(expected, actual)
    if expected.effects != actual.effects:
        found.append(f"effects {actual.effects} instead of {expected.effects}")
    new = Counter(actual.complaints) - Counter(expected.complaints)
    found += [f"complaint: {it}" for it in new]
    return found


def _values(expected: Any, actual: Any, path: Keys) -> list[str]:
    if isinstance(expected, dict) and isinstance(actual, dict):
        if list(expected) != list(actual):
            return [f"{path}: keys {list(actual)} instead of {list(expected)}"]
        return [it for key in expected for it in _values(expected[key], actual[key], (*path, key))]
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        pairs = enumerate(zip(expected, actual, strict=True))
        return [it for index, (one, other) in pairs for it in _values(one, other, (*path, index))]
    if type(expected) is not type(actual) or repr(expected) != repr(actual):
        return [f"{path}: {actual!r} instead of {expected!r}"]
    return []


def _errors(
    expected: Outcome, actual: Outcome, possible: Callable[[], Sequence[Error]]
) -> list[str]:
    ours, theirs = _by_null(actual), _by_null(expected)
    found = []
    for null in {**theirs, **ours}:
        one, other = theirs.get(null, Counter()), ours.get(null, Counter())
        if one == other:
            continue
        is_spread = null is not None and any(
            error.path is not None and len(error.path) > len(null) for error in [*one, *other]
        )
        if not is_spread or not one or not other:
            found += [f"error too many: {it}" for it in (other - one).elements()]
            found += [f"error lost: {it}" for it in (one - other).elements()]
            continue
        found += [f"impossible error: {it}" for it in (other - Counter(possible())).elements()]
        found += [f"unforeseen error: {it}" for it in (one - Counter(possible())).elements()]
    return found


def _may_stop(outcome: Outcome) -> bool:
    """Whether an error nulls more than its own place, so that what goes on beside it may stop."""
    return any(
        BROKEN in error.message or len(_null(outcome.data, error.path)) < len(error.path)
        for error in outcome.errors
        if error.path is not None
    )


def _by_null(outcome: Outcome) -> dict[Keys | None, Counter[Error]]:
    """The errors by the place that is null because of them; None is for those without a path."""
    found: dict[Keys | None, Counter[Error]] = {}
    for error in outcome.errors:
        null = None if error.path is None else _null(outcome.data, error.path)
        found.setdefault(null, Counter())[error] += 1
    return found


def _null(data: Any, path: Keys) -> Keys:
    """The first place on the way that is null; the whole way where there is none."""
    for depth, key in enumerate(path):
        if data is None:
            return path[:depth]
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return path
    return path


def _calls(expected: Outcome, actual: Outcome) -> list[str]:
    """Each resolver is called as often; beneath a null it may be left out, but never repeated."""
    found = []
    for path in {*expected.calls, *actual.calls}:
        one, other = expected.calls[path], actual.calls[path]
        where = path[1:] if path[0] == "default" else path
        is_free = len(_null(expected.data, where)) < len(where) or expected.data is None
        if one != other and not (is_free and max(one, other) <= 1):
            found.append(f"{path}: called {other} times instead of {one}")
    return found
