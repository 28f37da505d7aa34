"""One call, from its parameters to its answer, with what goes wrong on the way."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus

import msgspec
from msgspec import Struct

from connectors.stripe_terminal.simulator import slot
from connectors.stripe_terminal.simulator.conduct import Conduct
from connectors.stripe_terminal.simulator.expansion import expanded
from connectors.stripe_terminal.simulator.faults import MISHAPS, PERFORMING, Fault
from connectors.stripe_terminal.simulator.form import Form
from connectors.stripe_terminal.simulator.idempotency import Reply
from connectors.stripe_terminal.simulator.operations import Operation
from connectors.stripe_terminal.simulator.refusal import Refusal
from connectors.stripe_terminal.simulator.world import World


def _failed() -> Refusal:
    return Refusal("Something went wrong on our end.", kind="api_error", status=500)


def _elsewhere() -> Refusal:
    return Refusal(
        "The reader cannot take payments at its location.",
        code="terminal_reader_invalid_location_for_payment",
    )


# Faults that refuse a call before it has an effect, and those that hide that it had one.
_BEFORE: Mapping[str, Callable[[], Refusal]] = {
    "error_500": _failed,
    "hardware_fault": slot.broken,
    "reader_busy": slot.busy,
    "reader_offline": slot.offline,
    "timeout_undelivered": slot.timeout,
    "wrong_location": _elsewhere,
}
_AFTER: Mapping[str, Callable[[], Refusal]] = {
    "error_500_after": _failed,
    "timeout_delivered": slot.timeout,
}


class Call(Struct, frozen=True):
    """What is asked: an operation, the id and the whole path in the address, and the parameters."""

    operation: Operation
    name: str
    path: str
    form: Form
    expand: Sequence[str]


async def perform(world: World, conduct: Conduct, call: Call) -> Reply:
    """Do what is asked, once."""
    mood = conduct.mood
    if mood.mode == "slow":
        await asyncio.sleep(mood.delay_s)
    if call.operation.is_at_reader and world.setup.acknowledge_s:
        await asyncio.sleep(world.setup.acknowledge_s)
    fault = conduct.faults.take(call.operation, call.path, PERFORMING)
    if fault is None:
        return _run(world, call)
    if fault.fault == "delay":
        await asyncio.sleep(fault.delay_s)
    if (refusal := _BEFORE.get(fault.fault)) is not None:
        return refused(refusal())
    return _run_faulty(world, call, fault)


def refused(refusal: Refusal) -> Reply:
    """A no, as an answer."""
    return Reply(refusal.status, msgspec.json.encode(refusal.content), refusal.is_kept)


def _run_faulty(world: World, call: Call, fault: Fault) -> Reply:
    reply = _run(world, call)
    if reply.status != HTTPStatus.OK:
        return reply
    if fault.fault in MISHAPS:
        action = world.readers[call.name].action
        if action is not None:
            action.mishap = fault.fault
        return reply
    return refused(_AFTER[fault.fault]()) if fault.fault in _AFTER else reply


def _run(world: World, call: Call) -> Reply:
    try:
        world.catch_up()
        content = call.operation.run(world, call.name, call.form)
        content = expanded(world, content, call.expand)
    except Refusal as refusal:
        return refused(refusal)
    return Reply(HTTPStatus.OK, msgspec.json.encode(content))
