import asyncio

import pytest

from gateway.storage.turn import Turn


async def writes(turn: Turn, name: str, done: list[str], *, hurried: bool = False) -> None:
    """Have a turn for a moment."""
    async with turn.take(hurried=hurried):
        done.append(name)
        await asyncio.sleep(0)
        assert name == done[-1], "somebody else had a turn meanwhile"


async def test_each_has_a_turn_in_its_order() -> None:
    """And nobody beside another."""
    turn, done = Turn(), list[str]()

    await asyncio.gather(*(writes(turn, name, done) for name in "abcde"))
    await writes(turn, "f", done)

    assert [*"abcdef"] == done


async def test_those_in_a_hurry_come_first() -> None:
    """In their own order; whoever has the turn keeps it."""
    turn, done = Turn(), list[str]()

    await asyncio.gather(
        *(writes(turn, name, done) for name in "abc"),
        *(writes(turn, name, done, hurried=True) for name in "XY"),
    )

    assert [*"aXYbc"] == done


@pytest.mark.parametrize("when", ["while it waits", "as the turn ends", "when it is called"])
async def test_a_turn_is_not_lost_with_whoever_goes_away(when: str) -> None:
    """The next one has it."""
    turn, done = Turn(), list[str]()
    async with turn.take():
        gone = asyncio.create_task(writes(turn, "gone", done))
        stays = asyncio.create_task(writes(turn, "stays", done))
        await asyncio.sleep(0)
        if when != "when it is called":
            gone.cancel()
        if when == "while it waits":
            await asyncio.sleep(0)
    gone.cancel()
    await asyncio.wait({gone, stays})

    assert ["stays"] == done
    assert gone.cancelled()
    await writes(turn, "after", done)


async def test_a_failure_gives_the_turn_back() -> None:
    """Whatever was raised."""
    turn, done = Turn(), list[str]()
    with pytest.raises(KeyError):
        async with turn.take():
            raise KeyError

    await writes(turn, "next", done)

    assert ["next"] == done
