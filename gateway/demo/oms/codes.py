"""How the OMS writes what it knows: numeric codes, local times, numbers of its own."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import phonenumbers

from gateway.demo.data.records import Customer, Order
from schema.domain.order import Channel, OrderStatus

ZONE = ZoneInfo("Asia/Tokyo")  # the head office's, for orders from abroad as well

CHANNELS: Mapping[Channel, str] = {
    Channel.WEB: "1",
    Channel.APP: "2",
    Channel.SOCIAL: "3",
    Channel.CATALOG: "4",
    Channel.CALL_CENTER: "5",
}
CURRENCIES: Mapping[str, str] = {"JPY": "392", "SGD": "702"}  # ISO 4217, the numeric code

_STATUSES: Mapping[OrderStatus, tuple[str, ...]] = {
    OrderStatus.OPEN: ("10", "20"),  # received, being picked
    OrderStatus.PARTIALLY_FULFILLED: ("30",),
    OrderStatus.FULFILLED: ("40",),
    OrderStatus.PARTIALLY_RETURNED: ("50",),
    OrderStatus.RETURNED: ("60",),
    OrderStatus.CANCELED: ("90",),
}
_FIRST_ID = 70_000_000
_TYPED_EACH = 5  # of so many customers, one has written the e-mail with capitals
_COUNTRY = 81


def order_id(order: Order) -> str:
    """The OMS's own id: digits alone."""
    return str(_FIRST_ID + order.sequence)


def order_number(order: Order) -> str:
    """What the confirmation says, such as W2611-0001234: year and month, and a count."""
    day = local(order.placed_at)
    return f"W{day.year % 100:02d}{day.month:02d}-{order.sequence:07d}"


def status(order: Order) -> str:
    """The status code; an open order may be received or being picked."""
    codes = _STATUSES[order.status]
    return codes[order.sequence % len(codes)]


def customer_no(customer: Customer) -> str:
    """The OMS's own number of a customer, such as C000123."""
    return f"C{customer.number:06d}"


def email(customer: Customer) -> str:
    """The e-mail address as its owner has typed it."""
    return customer.email.title() if customer.number % _TYPED_EACH == 0 else customer.email


def phone(customer: Customer) -> str:
    """The phone number as it is written at home: 090-1234-5678, but +65 8123 4567 from abroad."""
    number = phonenumbers.parse(customer.phone)
    at_home = number.country_code == _COUNTRY
    form = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, form.NATIONAL if at_home else form.INTERNATIONAL)


def local(moment: datetime) -> datetime:
    """A moment on the head office's clock, without a zone."""
    return moment.astimezone(ZONE).replace(tzinfo=None)
