"""What customers enter at readers."""

from typing import Any

from connectors.stripe_terminal.simulator import slot
from connectors.stripe_terminal.simulator.records import Reader
from connectors.stripe_terminal.simulator.refusal import Refusal
from connectors.stripe_terminal.simulator.world import World

# What the simulated customer enters.
_ENTERED = {
    "email": "customer@example.com",
    "numeric": "1234567890",
    "phone": "+15555550123",
    "signature": "file_simulated",
    "text": "simulated text",
}


def collect(world: World, reader: Reader, inputs: list[dict[str, Any]], metadata: Any) -> None:
    """Ask for inputs, one after the other."""
    slot.reach(world, reader)
    detail: dict[str, Any] = {"inputs": [_asked(it) for it in inputs]}
    if metadata:
        detail["metadata"] = metadata
    slot.put(world, reader, slot.INPUTS, detail)


def enter(world: World, reader: Reader, *, skips: bool) -> None:
    """Let the customer enter everything, or skip what is not required.

    Raises:
        Refusal: The reader asks for nothing.
    """
    action = _waiting(reader)
    action.detail["inputs"] = [_answered(it, skips=skips) for it in action.detail["inputs"]]
    slot.succeed(world, reader, action)


def give_up(world: World, reader: Reader) -> None:
    """Let nobody enter anything in time.

    Raises:
        Refusal: The reader asks for nothing.
    """
    slot.timed_out(world, reader.id, _waiting(reader).number)


def _waiting(reader: Reader) -> Any:
    action = reader.action
    if action is None or action.kind != slot.INPUTS or not action.waits:
        raise Refusal("The reader asks for no inputs.")
    return action


def _asked(asked: dict[str, Any]) -> dict[str, Any]:
    """An input without an answer."""
    if "selection" not in asked:
        return asked
    return asked | {"selection": asked["selection"] | {"id": None, "text": None}}


def _answered(asked: dict[str, Any], *, skips: bool) -> dict[str, Any]:
    kind = asked["type"]
    if skips and not asked.get("required"):
        return asked | {"skipped": True}
    answer: dict[str, Any] = {"value": _ENTERED.get(kind)}
    if kind == "selection":
        chosen = asked["selection"]["choices"][0]
        answer = asked["selection"] | {"id": chosen["id"], "text": chosen["text"]}
    toggles = [
        it | {"value": it.get("default_value", "disabled")} for it in asked.get("toggles", [])
    ]
    answered = asked | {"skipped": False, kind: answer}
    return answered | {"toggles": toggles} if toggles else answered
