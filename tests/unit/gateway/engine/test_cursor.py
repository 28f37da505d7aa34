import time
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.engine.cursor import Cursor
from schema.domain.errors import InvalidRequest
from schema.domain.order import OrderPosition
from schema.domain.reference import SourceRef
from tests.unit.gateway.engine.systems import NOON

POSITION = OrderPosition(NOON, SourceRef("pos", "1"))
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def packed(*content: object) -> str:
    """A cursor's text with anything in it."""
    return urlsafe_b64encode(msgspec.msgpack.encode(content)).decode().rstrip("=")


@given(
    st.builds(
        OrderPosition,
        st.datetimes(timezones=st.just(UTC)),
        st.builds(SourceRef, NAMES, NAMES),
    ),
    st.dictionaries(NAMES, NAMES, max_size=4),
)
def test_a_cursor_comes_back_as_it_was_given(
    position: OrderPosition, hints: dict[str, str]
) -> None:
    """Position and hints, to the microsecond, whatever the ids hold."""
    cursor = Cursor(position, hints)

    assert cursor == Cursor.parse(cursor.text)


@given(st.text())
def test_text_of_somebody_elses_is_refused(text: str) -> None:
    """Whatever a client sends is a cursor or the client's own mistake, and nothing else."""
    try:
        parsed = Cursor.parse(text)
    except InvalidRequest:
        return

    assert parsed.position.placed_at.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!",
        "ü",
        "\ud800",
        packed({"placed_at": "2026-11-24T12:00:00", "ref": {"name": "a", "id": "b"}}, {}),
        packed({"placed_at": "0001-01-01T00:00:00+14:00", "ref": {"name": "a", "id": "b"}}, {}),
        packed({"placed_at": "9999-12-31T23:59:59-14:00", "ref": {"name": "a", "id": "b"}}, {}),
        packed({"placed_at": NOON, "ref": {"name": "a"}}, {}),
        packed({"placed_at": NOON, "ref": {"name": "a", "id": "b"}}, {"a": 1}),
    ],
)
def test_hostile_cursors(text: str) -> None:
    """No text, no time zone, a moment outside the calendar, fields missing or of another type."""
    with pytest.raises(InvalidRequest):
        Cursor.parse(text)


def test_hints_may_be_absent() -> None:
    """The position alone is a cursor."""
    assert Cursor(POSITION) == Cursor.parse(packed(POSITION))


def test_a_huge_text_costs_nothing() -> None:
    """It is refused by its length."""
    begun = time.perf_counter()
    with pytest.raises(InvalidRequest):
        Cursor.parse("A" * 10_000_000)

    assert time.perf_counter() - begun < 0.1


def test_hints_that_are_too_long_are_left_out() -> None:
    """What we give out we take back: the position alone is enough."""
    cursor = Cursor(POSITION, {"crm": "x" * 5000})

    assert Cursor(POSITION) == Cursor.parse(cursor.text)


def test_a_moment_is_read_as_utc() -> None:
    """A cursor of another zone is the same place."""
    tokyo = OrderPosition(NOON.astimezone(timezone(timedelta(hours=9))), POSITION.ref)
    parsed = Cursor.parse(Cursor(tokyo).text)

    assert POSITION == parsed.position
    assert datetime(2026, 11, 24, 12, tzinfo=UTC) == parsed.position.placed_at
