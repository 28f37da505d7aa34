"""Ids in an answer, replaced by the things themselves where `expand` asks for it."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.stripe_terminal.simulator.refusal import Refusal
from connectors.stripe_terminal.simulator.world import Record, World

_DEPTH_MAX = 4
# The field that holds an id, and the books in which the thing is found.
_BOOKS = {
    "charge": "charges",
    "customer": "customers",
    "generated_card": "methods",
    "latest_attempt": "setup_attempts",
    "latest_charge": "charges",
    "location": "locations",
    "payment_intent": "intents",
    "payment_method": "methods",
    "refund": "refunds",
    "setup_intent": "setup_intents",
}


def expanded(world: World, content: dict[str, Any], paths: Sequence[str]) -> dict[str, Any]:
    """An answer with ids replaced, `latest_charge` or `data.location` say.

    Raises:
        Refusal: A path leads to nothing that can be expanded.
    """
    for path in paths:
        steps = path.split(".")
        if len(steps) > _DEPTH_MAX:
            raise _unknown(path)
        content = _table(world, content, steps, path)
    return content


def _table(
    world: World, content: Mapping[str, Any], steps: Sequence[str], path: str
) -> dict[str, Any]:
    step, *rest = steps
    if step not in content:
        raise _unknown(path)
    return {**content, step: _value(world, content[step], step, rest, path)}


def _value(world: World, value: Any, step: str, rest: Sequence[str], path: str) -> Any:
    if isinstance(value, str):
        record = _named(world, step, value)
        if record is None:
            raise _unknown(path)
        value = world.shape(record)
    elif value is not None and not rest and step not in _BOOKS:
        raise _unknown(path)
    if not rest or value is None:
        return value
    if isinstance(value, list):
        return [_table(world, row, rest, path) for row in value]
    if isinstance(value, dict):
        return _table(world, value, rest, path)
    raise _unknown(path)


def _named(world: World, field: str, name: str) -> Record | None:
    books: dict[str, Record] = getattr(world, _BOOKS[field]) if field in _BOOKS else {}
    return books.get(name)


def _unknown(path: str) -> Refusal:
    return Refusal(f"This property cannot be expanded ({path}).", param="expand")
