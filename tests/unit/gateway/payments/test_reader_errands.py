"""Readers that are registered and called something else."""

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from gateway.payments.reader_log import ErrandKind, ErrandOutcome
from schema.domain.errors import NotFound, Rejected, SourceError
from schema.domain.payment import UserErrorRecord
from schema.domain.reader import ReaderRecord, ReaderStatus
from schema.ports.payments import ReaderKey
from schema.ports.readers import ReaderRegister
from tests.unit.gateway.payments.terminal import Fault, ScriptedTerminal
from tests.unit.gateway.payments.till import DEVICE, FRONT, Till, a_scope, until

LIFT = ReaderKey("ginza", "Lift")


def a_register(**fields: Any) -> ReaderRegister:
    """A reader to register in Ginza."""
    values = {
        "store": "ginza",
        "registration_code": "simulated-s700",
        "name": "Lift",
        "idempotency_key": "r1",
    }
    return ReaderRegister(**(values | fields))


async def registered(till: Till, **fields: Any) -> ReaderRecord:
    """Register a reader that nothing is wrong with."""
    answer = await till.service.readers.register(a_scope(), a_register(**fields))
    assert isinstance(answer, ReaderRecord), answer

    return answer


async def refused(till: Till, **fields: Any) -> UserErrorRecord:
    """Register a reader that something is wrong with."""
    scope = fields.pop("scope", None) or a_scope()
    answer = await till.service.readers.register(scope, a_register(**fields))
    assert isinstance(answer, UserErrorRecord), answer

    return answer


async def renamed(till: Till, reader: ReaderKey, name: str) -> ReaderRecord | UserErrorRecord:
    """Call a reader something else."""
    return await till.service.readers.rename(a_scope(), reader, name)


async def test_a_reader_is_registered_and_can_take_a_payment_at_once(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Its errand is on record before the call, which is made under the errand's own key."""
    reader = await registered(till)
    await till.start(reader=LIFT)
    await until(lambda: terminal.waiting(reader.device))
    errand = await till.journal.errand_of("r1")

    assert ("ginza", "Lift", ReaderStatus.ONLINE, "tml_1", False) == (
        reader.store,
        reader.name,
        reader.status,
        reader.location,
        reader.configured,
    )
    assert errand is not None
    assert [errand.id] == terminal.named("register_reader")
    assert (ErrandKind.REGISTER, ErrandOutcome.DONE, reader.device) == (
        errand.kind,
        errand.outcome,
        errand.device,
    )


async def test_the_same_key_is_the_same_reader_after_a_restart(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Whatever it is called by then; nothing is sent a second time."""
    first = await registered(till)
    terminal.slots[first.device] = replace(terminal.slots[first.device], label="Stairs")
    await till.restart()
    await until(lambda: "Stairs" in till.service.readers.names("ginza"))
    same = await registered(till)

    assert (first.device, "Stairs") == (same.device, same.name)
    assert 1 == len(terminal.named("register_reader"))


async def test_a_reader_that_was_registered_is_told_without_the_provider(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Its status is not known then."""
    first = await registered(till)
    terminal.is_down = True
    same = await registered(till)

    assert (first.device, ReaderStatus.UNKNOWN) == (same.device, same.status)


async def test_the_same_key_for_another_reader_is_a_conflict(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Of another name, or with another code."""
    await registered(till)
    codes = [
        (await refused(till, name="Stairs")).code,
        (await refused(till, registration_code="simulated-wpe")).code,
    ]

    assert ["IDEMPOTENCY_CONFLICT"] * 2 == codes
    assert 1 == len(terminal.named("register_reader"))


@pytest.mark.parametrize(
    ("fields", "code", "argument"),
    [
        ({"idempotency_key": ""}, "IDEMPOTENCY_KEY_INVALID", "idempotencyKey"),
        ({"store": "nowhere"}, "STORE_UNKNOWN", "store"),
        ({"store": "orchard"}, "STORE_WITHOUT_LOCATION", "store"),
        ({"registration_code": " "}, "REGISTRATION_CODE_INVALID", "registrationCode"),
        ({"name": " "}, "READER_NAME_INVALID", "name"),
        ({"name": "L" * 121}, "READER_NAME_INVALID", "name"),
        ({"name": "Li\u200bft"}, "READER_NAME_INVALID", "name"),
        ({"name": " Gift desk"}, "NAME_TAKEN", "name"),
    ],
)
async def test_what_is_wrong_is_told_and_nothing_is_sent(
    till: Till, terminal: ScriptedTerminal, fields: dict[str, str], code: str, argument: str
) -> None:
    """With the argument; nothing is on record either."""
    error = await refused(till, **fields)

    assert (code, ("input", argument)) == (error.code, error.path)
    assert [] == terminal.calls
    assert await till.journal.errand_of("r1") is None


async def test_a_key_for_another_store_registers_nothing_here(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """As it takes no payments here."""
    assert "NOT_PERMITTED" == (await refused(till, scope=a_scope("umeda"))).code
    assert [] == terminal.calls


async def test_a_code_that_is_wrong_is_told_again_for_its_key(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The provider is asked once; a new code needs a new key."""
    first = await refused(till, registration_code="red-green-blue")
    again = await refused(till, registration_code="red-green-blue")
    await registered(till, idempotency_key="r2")

    assert "REGISTRATION_CODE_INVALID" == first.code
    assert first == again
    assert 2 == len(terminal.named("register_reader"))


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotFound("no such location"), "LOCATION_INVALID"),
        (
            Rejected("no", reason="terminal_reader_invalid_location_for_activation"),
            "READER_WRONG_LOCATION",
        ),
        (Rejected("no", reason="anything_else"), "PROVIDER_REFUSED"),
    ],
)
async def test_each_refusal_of_the_provider_has_its_code(
    till: Till, terminal: ScriptedTerminal, error: SourceError, code: str
) -> None:
    """So that people know what to mend."""
    terminal.faults["register_reader"].append(error)

    assert code == (await refused(till)).code


@pytest.mark.parametrize("fault", [Fault.LOST_ANSWER, Fault.LOST_REQUEST, Fault.DOWN])
async def test_a_lost_answer_makes_one_reader(
    till: Till, terminal: ScriptedTerminal, fault: Fault
) -> None:
    """The same request again is sent under the same key, after a restart as well."""
    terminal.faults["register_reader"].append(fault)
    error = await refused(till)
    await till.restart()
    reader = await registered(till)

    assert ("PROVIDER_UNAVAILABLE" if fault is Fault.DOWN else "OUTCOME_UNKNOWN") == error.code
    assert 1 == sum(it.label == "Lift" for it in terminal.slots.values())
    assert 1 == len(set(terminal.named("register_reader")))
    assert reader.device in terminal.slots


async def test_a_registration_that_lasts_goes_on(till: Till, terminal: ScriptedTerminal) -> None:
    """It is told as not known yet; whoever asks again meanwhile waits for the same call."""
    till.timing = replace(till.timing, answer_within_s=0.05)
    await till.restart()
    gate = terminal.gates["register_reader"] = asyncio.Event()
    errors = [await refused(till), await refused(till)]
    gate.set()
    await until(lambda: "Lift" in till.service.readers.names("ginza"))
    await registered(till)

    assert ["OUTCOME_UNKNOWN"] * 2 == [it.code for it in errors]
    assert 1 == len(terminal.named("register_reader"))


async def test_a_key_that_the_provider_has_forgotten_is_not_used_again(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """It might make a second reader; a person has to look."""
    terminal.faults["register_reader"].append(Fault.LOST_ANSWER)
    await refused(till)
    till.clock.forward(24 * 3600)
    error = await refused(till)

    assert "OUTCOME_UNKNOWN" == error.code
    assert 1 == len(terminal.named("register_reader"))


async def test_closing_ends_a_registration_under_way(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The next start takes it up when it is asked for again."""
    terminal.gates["register_reader"] = asyncio.Event()
    asking = asyncio.create_task(till.service.readers.register(a_scope(), a_register()))
    await until(lambda: terminal.named("register_reader"))
    await till.close()
    with pytest.raises(asyncio.CancelledError):
        await asking
    terminal.gates.clear()
    await till.restart()
    await registered(till)

    assert 1 == sum(it.label == "Lift" for it in terminal.slots.values())


async def test_a_reader_is_renamed(till: Till, terminal: ScriptedTerminal) -> None:
    """At the provider, and here at once; the old name is free."""
    first = await registered(till)
    done = await renamed(till, LIFT, " Stairs ")

    assert isinstance(done, ReaderRecord)
    assert (first.device, "Stairs") == (done.device, done.name)
    assert "Stairs" == terminal.slots[first.device].label
    assert ("Front counter", "Gift desk", "Stairs") == till.service.readers.names("ginza")


async def test_a_reader_is_renamed_there_and_back(till: Till, terminal: ScriptedTerminal) -> None:
    """Each under a key of its own: an old one would only hear its old answer."""
    await registered(till)
    await renamed(till, LIFT, "Stairs")
    await renamed(till, ReaderKey("ginza", "Stairs"), "Lift")
    await renamed(till, LIFT, "Stairs")

    assert "Stairs" in till.service.readers.names("ginza")
    assert 3 == len(set(terminal.named("rename_reader")))


@pytest.mark.parametrize(
    ("reader", "name", "code"),
    [
        (FRONT, "Till 1", "READER_CONFIGURED"),
        (ReaderKey("ginza", "Nowhere"), "Till 1", "READER_UNKNOWN"),
        (LIFT, "Gift desk", "NAME_TAKEN"),
        (LIFT, "", "READER_NAME_INVALID"),
    ],
)
async def test_a_name_that_cannot_be_is_told(
    till: Till, terminal: ScriptedTerminal, reader: ReaderKey, name: str, code: str
) -> None:
    """And nothing is sent."""
    await registered(till)
    error = await renamed(till, reader, name)

    assert code == getattr(error, "code", None)
    assert [] == terminal.named("rename_reader")


async def test_the_same_name_again_is_no_mistake(till: Till) -> None:
    """Whose answer was lost asks again."""
    await registered(till)
    done = await renamed(till, LIFT, "Lift")

    assert isinstance(done, ReaderRecord)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.DOWN, "PROVIDER_UNAVAILABLE"),
        (Fault.LOST_REQUEST, "OUTCOME_UNKNOWN"),
        (NotFound("it is gone"), "PROVIDER_REFUSED"),
    ],
)
async def test_a_rename_that_fails_keeps_the_name(
    till: Till, terminal: ScriptedTerminal, fault: Fault | Exception, code: str
) -> None:
    """And may be asked for again, under a new key."""
    await registered(till)
    terminal.faults["rename_reader"].append(fault)
    error = await renamed(till, LIFT, "Stairs")
    done = await renamed(till, LIFT, "Stairs")

    assert code == getattr(error, "code", None)
    assert isinstance(done, ReaderRecord)


async def test_a_provider_without_a_registry_says_so(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Its readers take payments all the same, by card as far as anybody knows."""
    provider = till.service.readers._errands._provider
    provider._registry = None
    error = await refused(till)
    shown = (await till.service.readers.by_keys(a_scope(), [FRONT]))[0]

    assert "UNSUPPORTED" == error.code
    assert isinstance(shown, ReaderRecord)
    assert DEVICE == shown.device
    assert [] == terminal.named("register_reader")
