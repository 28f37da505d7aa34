"""How the OMS writes people, times and states."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from gateway.demo.data.kasane import kasane
from gateway.demo.data.records import Customer
from gateway.demo.oms import codes
from schema.domain.order import Channel, OrderStatus


def a_customer(*, number: int = 123, phone: str = "+819012345678") -> Customer:
    """Somebody with an account."""
    return Customer(
        number=number,
        family_name="佐藤",
        given_name="葵",
        email=f"aoi.sato{number}@example.jp",
        phone=phone,
        joined_at=datetime(2020, 1, 1, tzinfo=UTC),
        in_crm=False,
        in_oms=True,
    )


@pytest.mark.parametrize(
    ("phone", "written"),
    [
        ("+819012345678", "090-1234-5678"),
        ("+81331234567", "03-3123-4567"),
        ("+6581234567", "+65 8123 4567"),
    ],
)
def test_phones_are_written_as_at_home(phone: str, written: str) -> None:
    """Those from abroad have their country's code."""
    assert written == codes.phone(a_customer(phone=phone))


def test_some_type_their_e_mail_with_capitals() -> None:
    """One in five."""
    assert "aoi.sato123@example.jp" == codes.email(a_customer())
    assert "Aoi.Sato125@Example.Jp" == codes.email(a_customer(number=125))


def test_customers_have_numbers_of_the_oms_own() -> None:
    """Six digits behind a letter."""
    assert "C000123" == codes.customer_no(a_customer())


def test_numbers_begin_with_the_local_month() -> None:
    """The first order of May was placed when it was April in UTC."""
    first = next(it for it in kasane().orders if it.channel is not Channel.STORE)

    assert 4 == first.placed_at.month
    assert "W2505-0000001" == codes.order_number(first)
    assert "70000001" == codes.order_id(first)


def test_an_open_order_has_one_of_two_codes() -> None:
    """The others have one."""
    order = next(it for it in kasane().orders if it.channel is not Channel.STORE)
    written = {
        status: {codes.status(replace(order, status=status, sequence=it)) for it in range(1, 5)}
        for status in OrderStatus
    }

    assert {"10", "20"} == written.pop(OrderStatus.OPEN)
    assert [{"30"}, {"40"}, {"50"}, {"60"}, {"90"}] == list(written.values())
