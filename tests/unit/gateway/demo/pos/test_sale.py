"""How the tills write what was sold."""

import pytest

from gateway.demo.data.kasane import kasane
from gateway.demo.pos.sale import Sale, SaleLine, Tender, sales
from schema.domain.money import Money
from schema.domain.order import Channel, OrderStatus
from tests.unit.gateway.demo.pos.shop import ORCHARD, a_line, a_member, a_retailer, an_order


def test_a_sale_is_written_in_the_tills_way() -> None:
    """Amounts are text, the time is the store's own without a zone, the card is all of a person."""
    order = an_order(123, customer=a_member(), lines=[a_line(quantity=2)])

    expected = Sale(
        rcp_no="0101-000123",
        str_cd="0101",
        sls_dt="2026-11-20 12:00:00",
        mbr_no="M00000001",
        st="30",
        amt="3960",
        lines=(SaleLine(1, "KS-0001-BLU-M", "青いシャツ M", 2, "1980", "3960"),),
        tnd=(Tender("CC", "3960"),),
    )
    assert [expected] == list(sales(a_retailer(order)))


def test_singapore_has_cents_and_an_hour_less() -> None:
    """Each store writes in its own currency and by its own clock."""
    order = an_order(store=ORCHARD, lines=[a_line(price=Money(1905, "SGD"))])

    (sale,) = sales(a_retailer(order))

    assert ("2026-11-20 11:00:00", "19.05", "0901") == (sale.sls_dt, sale.amt, sale.str_cd)


def test_a_sale_that_waits_has_no_tender_and_no_card() -> None:
    """Nothing was taken yet, and nobody is known."""
    order = an_order(status=OrderStatus.OPEN, paid=0, customer=a_member(membership=None))

    (sale,) = sales(a_retailer(order))

    assert ("10", "", ()) == (sale.st, sale.mbr_no, sale.tnd)


@pytest.mark.parametrize("channel", [it for it in Channel if it is not Channel.STORE])
def test_what_was_ordered_elsewhere_is_unknown_to_tills(channel: Channel) -> None:
    """Also when it is collected in a store."""
    assert [] == list(sales(a_retailer(an_order(channel=channel))))


def test_every_status_has_a_word_of_its_own() -> None:
    """Nothing that Kasane knows is lost on the way."""
    found = [next(sales(a_retailer(an_order(status=status)))).st for status in OrderStatus]

    assert len(OrderStatus) == len(set(found))


def test_all_of_kasane_is_written() -> None:
    """Each sale in a store once."""
    receipts = [sale.rcp_no for sale in sales(kasane())]

    assert len(receipts) == len(set(receipts))
    assert sum(it.channel is Channel.STORE for it in kasane().orders) == len(receipts)
