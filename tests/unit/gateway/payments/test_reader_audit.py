from msgspec.structs import replace

from gateway.payments.reader_audit import doubts
from tests.unit.gateway.payments.terminal import ScriptedTerminal
from tests.unit.gateway.payments.test_reader_lists import add, labelled
from tests.unit.gateway.payments.till import DEVICE, Till


async def told(till: Till) -> list[tuple[str, str]]:
    """The doubts, by store and code."""
    return [(it.store, it.code) for it in await doubts(till.service.directory)]


async def test_readers_that_are_as_configured_are_not_doubted(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Others that have labels of their own are none either."""
    add(terminal, labelled("tmr_lift", "Lift"), labelled("tmr_sg", "Singapore", "tml_sg"))

    assert [] == await told(till)


async def test_what_is_wrong_is_told_store_by_store(till: Till, terminal: ScriptedTerminal) -> None:
    """Two of one label, one that has another's name, one elsewhere, one that nobody knows."""
    add(terminal, labelled("tmr_l1", "Lift"), labelled("tmr_l2", "Lift"))
    add(terminal, labelled("tmr_x", "Gift desk"))
    terminal.slots[DEVICE] = replace(terminal.slots[DEVICE], location="tml_7")
    found = await doubts(till.service.directory)

    assert [
        ("ginza", "READER_AMBIGUOUS"),
        ("ginza", "READER_WRONG_LOCATION"),
        ("ginza", "NAME_TAKEN"),
        ("orchard", "READER_UNKNOWN"),
    ] == [(it.store, it.code) for it in found]
    assert "tmr_l1, tmr_l2" in found[0].advice
    assert "tml_7" in found[1].advice


async def test_a_dead_provider_leaves_no_doubts(till: Till, terminal: ScriptedTerminal) -> None:
    """That it is dead is told as such."""
    terminal.is_down = True

    assert [] == await told(till)
