"""The OMS's records to ours. Pure: no I/O, no clock."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from connectors.sdk.contact import email_address, phone_number
from connectors.sdk.reading import drift, one_of, read
from schema.domain.customer import CustomerLink, CustomerRecord
from schema.domain.money import Money
from schema.domain.order import Channel, OrderLineRecord, OrderRecord, OrderStatus
from schema.domain.reference import SourceRef

CHANNELS = {
    "1": Channel.WEB,
    "2": Channel.APP,
    "3": Channel.SOCIAL,
    "4": Channel.CATALOG,
    "5": Channel.CALL_CENTER,
}
_STATUSES = {
    "10": OrderStatus.OPEN,  # received
    "20": OrderStatus.OPEN,  # being picked
    "30": OrderStatus.PARTIALLY_FULFILLED,
    "40": OrderStatus.FULFILLED,
    "50": OrderStatus.PARTIALLY_RETURNED,
    "60": OrderStatus.RETURNED,
    "90": OrderStatus.CANCELED,
}
_CURRENCIES = {"392": "JPY", "702": "SGD"}  # ISO 4217, the numeric code

_WHOLE = re.compile(r"-?[0-9]{1,15}")
_LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", re.ASCII)


class _Line(Struct, rename="camel"):
    sku: str
    title: str
    quantity: str
    unit_price: str
    amount: str


class _Order(Struct, rename="camel"):
    id: str
    number: str
    channel: str
    placed_at: str
    status: str
    currency: str
    total: str
    paid: str
    line: list[_Line]
    customer_no: str | None = None
    email: str | None = None
    phone: str | None = None
    branch: str | None = None


class _Customer(Struct, rename="camel"):
    customer_no: str
    family_name: str | None = None
    given_name: str | None = None
    email: str | None = None
    phone: str | None = None


class OmsMapping(Struct, frozen=True):
    """Reads the records of one configured OMS, whose name they bear.

    `zone` is that of its times, `region` the country of its phone numbers, `branches` the store
    codes by branch number. Every method that reads raises `SchemaDrift`.
    """

    source: str
    zone: ZoneInfo
    region: str
    branches: dict[str, str]

    def order(self, record: object, as_of: datetime) -> OrderRecord:
        """Read an order. The OMS's amounts are in minor units already, as ours are."""
        order = read(_Order, record, where="order")
        currency = one_of(_CURRENCIES, order.currency, field="order.currency")
        branch = order.branch
        return OrderRecord(
            ref=SourceRef(self.source, order.id),
            as_of=as_of,
            number=order.number,
            channel=one_of(CHANNELS, order.channel, field="order.channel"),
            placed_at=self._moment(order.placed_at, field="order.placedAt"),
            status=one_of(_STATUSES, order.status, field="order.status"),
            total=Money(_whole(order.total, field="order.total"), currency),
            paid=Money(_whole(order.paid, field="order.paid"), currency),
            lines=tuple(_line(line, currency) for line in order.line),
            customer=self._link(order),
            store=one_of(self.branches, branch, field="order.branch") if branch else None,
        )

    def customer(self, record: object, as_of: datetime) -> CustomerRecord:
        """Read a customer, whose name is written in the Japanese order."""
        customer = read(_Customer, record, where="customer")
        names = (customer.family_name, customer.given_name)
        return CustomerRecord(
            ref=SourceRef(self.source, customer.customer_no),
            as_of=as_of,
            name=" ".join(filter(None, names)) or None,
            email=email_address(customer.email),
            phone=phone_number(customer.phone, region=self.region),
        )

    def first_after(self, moment: datetime) -> str:
        """The first second of the OMS's clock that comes after a moment."""
        return self._local(moment, timedelta(seconds=1))

    def last_until(self, moment: datetime) -> str:
        """The last second of the OMS's clock that has begun at a moment."""
        return self._local(moment, timedelta(0))

    def _local(self, moment: datetime, later: timedelta) -> str:
        # At the end of all dates, a few hours more or less find the same orders.
        with suppress(OverflowError):
            moment = moment.astimezone(self.zone) + later
        return moment.replace(tzinfo=None).isoformat(timespec="seconds")

    def _moment(self, text: str, *, field: str) -> datetime:
        with suppress(OverflowError, ValueError):
            if _LOCAL.fullmatch(text):
                return datetime.fromisoformat(text).replace(tzinfo=self.zone).astimezone(UTC)
        raise drift(field, "expected a local time without a zone")

    def _link(self, order: _Order) -> CustomerLink | None:
        ref = SourceRef(self.source, order.customer_no) if order.customer_no else None
        email = email_address(order.email)
        phone = phone_number(order.phone, region=self.region)
        if ref is None and email is None and phone is None:
            return None
        return CustomerLink(ref=ref, email=email, phone=phone)


def total_found(answer: Mapping[str, Any]) -> int:
    """How many orders a search has found, over all its pages."""
    return _whole(answer.get("total"), field="total")


def _line(line: _Line, currency: str) -> OrderLineRecord:
    return OrderLineRecord(
        sku=line.sku,
        quantity=_whole(line.quantity, field="order.line.quantity"),
        title=line.title,
        unit_price=Money(_whole(line.unit_price, field="order.line.unitPrice"), currency),
        total=Money(_whole(line.amount, field="order.line.amount"), currency),
    )


def _whole(text: Any, *, field: str) -> int:
    if not isinstance(text, str) or not _WHOLE.fullmatch(text):
        raise drift(field, "expected a whole number")
    return int(text)
