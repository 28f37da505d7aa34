"""What is found in the sales at hand."""

from collections.abc import Sequence

import pytest

from gateway.demo.pos.ledger import Choice, Ledger
from gateway.demo.pos.sale import sales
from tests.unit.gateway.demo.pos.shop import (
    GINZA,
    ORCHARD,
    UMEDA,
    a_member,
    a_retailer,
    an_order,
)

SALES = tuple(
    sales(
        a_retailer(
            an_order(1, seconds=0, store=GINZA, customer=a_member()),
            an_order(1, seconds=0, store=UMEDA),
            an_order(2, seconds=0, store=GINZA),
            an_order(1, seconds=1800, store=ORCHARD, customer=a_member()),
            an_order(3, seconds=3600, store=GINZA),
        )
    )
)
NEWEST_FIRST = ["0101-000003", "0302-000001", "0101-000002", "0101-000001", "0901-000001"]


def _found(choice: Choice, page: int = 1, size: int = 50) -> Sequence[str]:
    rows, _ = Ledger(SALES).page(choice, page, size)
    return [sale.rcp_no for sale in rows]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(), NEWEST_FIRST),
        (Choice(stores=frozenset({"0302", "0901"})), ["0302-000001", "0901-000001"]),
        (Choice(stores=frozenset({"9999"})), []),
        (Choice(member="M00000001"), ["0101-000001", "0901-000001"]),
        (Choice(member="M00000001", stores=frozenset({"0901"})), ["0901-000001"]),
        (Choice(member="M9"), []),
        (Choice(since="2026-11-20 13:00:00"), ["0101-000003"]),
        (Choice(until="2026-11-20 11:30:00"), ["0901-000001"]),
        (Choice(since="2026-11-20 12:00:00", until="2026-11-20 12:00:00"), NEWEST_FIRST[1:4]),
        (Choice(since="2026-11-21 00:00:00", until="2026-11-20 00:00:00"), []),
    ],
)
def test_a_choice(choice: Choice, expected: Sequence[str]) -> None:
    """Clocks of all stores stand in one order; in one second the greater receipt is first."""
    assert expected == _found(choice)


def test_pages_follow_each_other() -> None:
    """They count from 1, and the last says that it is."""
    ledger = Ledger(SALES)

    assert [NEWEST_FIRST[:2], NEWEST_FIRST[2:4], NEWEST_FIRST[4:], []] == [
        _found(Choice(), page, 2) for page in (1, 2, 3, 4)
    ]
    assert [True, True, False] == [ledger.page(Choice(), page, 2)[1] for page in (1, 2, 3)]


def test_a_sale_that_comes_again_replaces_the_first() -> None:
    """It is found where it belongs now, and nowhere else."""
    ledger = Ledger(SALES)
    (again,) = sales(a_retailer(an_order(1, seconds=9, customer=a_member("M00000002"))))
    ledger.put(again)

    assert again == ledger.sale("0101-000001")
    assert ["0901-000001"] == [it.rcp_no for it in ledger.page(Choice(member="M00000001"), 1, 9)[0]]
    assert [again] == ledger.page(Choice(member="M00000002"), 1, 9)[0]
    assert len(SALES) == len(ledger.page(Choice(), 1, 9)[0])
