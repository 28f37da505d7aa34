"""Where a list goes on."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors.kasane_pos.mark import mark, resume
from schema.domain.order import OrderPosition
from schema.domain.reference import SourceRef

FIRST = OrderPosition(datetime(2026, 11, 20, 9, 0, 0, 5, UTC), SourceRef("oms", "4711"))
REACHED = OrderPosition(datetime(2026, 11, 20, 8, tzinfo=UTC), SourceRef("pos", "0101-000001"))


@pytest.mark.parametrize("began", [None, FIRST])
def test_the_same_list_goes_on_where_it_has_come_to(began: OrderPosition | None) -> None:
    """The one from the top, and the one that began after an order."""
    assert REACHED == resume(began, mark(began, REACHED))


def test_another_list_begins_after_its_own_order() -> None:
    """A hint of one that began elsewhere may leap over what was inserted since."""
    later = OrderPosition(FIRST.placed_at - timedelta(minutes=1), FIRST.ref)

    assert later == resume(later, mark(FIRST, REACHED))
    assert later == resume(later, mark(None, REACHED))
    assert resume(None, mark(FIRST, REACHED)) is None


@pytest.mark.parametrize(
    "hint",
    [
        None,
        "",
        "2",
        "[]",
        "{",
        "\ud800",
        '[null, ["2026-11-20T09:00:00", "pos", "1"]]',
        '[null, ["0", "pos", 1]]',
    ],
)
def test_what_is_no_hint_of_ours_is_none(hint: str | None) -> None:
    """The order alone is enough to go on; a hint went through a client's hands."""
    assert FIRST == resume(FIRST, hint)
    assert resume(None, hint) is None
