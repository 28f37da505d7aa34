from datetime import UTC, datetime

from schema.domain.money import Money
from schema.domain.order import Channel, OrderPosition, OrderRecord, OrderStatus
from schema.domain.reference import SourceRef

NINE, TEN = (datetime(2026, 11, 24, hour, tzinfo=UTC) for hour in (9, 10))


def test_an_orders_place_is_its_time_and_its_reference() -> None:
    """Later is greater; at the same moment the system's name decides, then the id as text."""
    order = OrderRecord(
        SourceRef("pos", "7"),
        TEN,
        "G-7",
        Channel.STORE,
        NINE,
        OrderStatus.OPEN,
        Money(1, "JPY"),
        Money(0, "JPY"),
        (),
    )
    places = [
        OrderPosition(TEN, SourceRef("oms", "1")),
        OrderPosition(NINE, SourceRef("pos", "9")),
        OrderPosition(NINE, SourceRef("pos", "70")),
        OrderPosition.of(order),
        OrderPosition(NINE, SourceRef("oms", "99")),
    ]

    assert places == sorted(places, reverse=True)
