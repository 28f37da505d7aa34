import asyncio

import pytest

from gateway.storage.crosswalk import SqlCrosswalk
from gateway.storage.engine import Database
from schema.domain.errors import InvalidRequest
from schema.domain.move import Move
from schema.domain.reference import SourceRef
from tests.unit.gateway.storage.records import NOW

OLD, MID, NEW = SourceRef("pos", "1"), SourceRef("oms", "A1"), SourceRef("hub", "x-1")


@pytest.fixture
def moves(database: Database) -> SqlCrosswalk:
    """The moves."""
    return SqlCrosswalk(database)


async def test_moves_are_kept_in_their_order(moves: SqlCrosswalk) -> None:
    """Oldest first, each once, and for each kind by itself."""
    known = [Move("Order", OLD, MID), Move("Order", MID, NEW), Move("Customer", OLD, NEW)]
    for move in (*known, known[0]):
        await moves.move(move, NOW)

    assert known == await moves.load()


@pytest.mark.parametrize(
    ("move", "why"),
    [
        (Move("Order", OLD, NEW), "moved already"),
        (Move("Order", SourceRef("pos", "2"), MID), "Another record"),
        (Move("Order", MID, OLD), "come back"),
        (Move("Order", NEW, NEW), "come back"),
    ],
)
async def test_moves_that_would_lose_a_record(moves: SqlCrosswalk, move: Move, why: str) -> None:
    """From where it is no more, onto another, or in a circle: refused, and nothing is recorded."""
    await moves.move(Move("Order", OLD, MID), NOW)
    with pytest.raises(InvalidRequest, match=why):
        await moves.move(move, NOW)

    assert [Move("Order", OLD, MID)] == await moves.load()


async def test_a_longer_circle_is_refused(moves: SqlCrosswalk) -> None:
    """Also over several systems."""
    await moves.move(Move("Order", OLD, MID), NOW)
    await moves.move(Move("Order", MID, NEW), NOW)
    with pytest.raises(InvalidRequest):
        await moves.move(Move("Order", NEW, OLD), NOW)


async def test_gateways_that_race_move_a_record_once(
    moves: SqlCrosswalk, other_database: Database
) -> None:
    """Of two that move it to different places one is refused."""
    other = SqlCrosswalk(other_database)
    results = await asyncio.gather(
        moves.move(Move("Order", OLD, MID), NOW),
        other.move(Move("Order", OLD, NEW), NOW),
        return_exceptions=True,
    )

    assert 1 == sum(isinstance(it, InvalidRequest) for it in results)
    assert 1 == len(await moves.load())
