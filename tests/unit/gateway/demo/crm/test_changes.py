"""The feed of changes."""

import pytest

from gateway.demo.crm.changes import ChangeFeed, UnknownCursorError


def test_reading_goes_on_after_a_cursor() -> None:
    """Oldest first, until there is no more."""
    feed = ChangeFeed()
    one, two, three = (feed.add("customer.updated", f"crm_{it}", it) for it in range(3))

    assert [one, two] == list(feed.after("", 2))
    assert [three] == list(feed.after(two.cursor, 2))
    assert [] == list(feed.after(three.cursor, 2))


@pytest.mark.parametrize("cursor", ["c000000000", "c000000002", "c1", "x000000001", "000000001"])
def test_a_cursor_of_another_feed_is_told(cursor: str) -> None:
    """Whoever reads must begin anew, or would miss changes without knowing."""
    feed = ChangeFeed()
    feed.add("customer.updated", "crm_1", 1)

    with pytest.raises(UnknownCursorError):
        feed.after(cursor, 1)
