"""What the OMS can be asked. Each operation reads a request and fills an answer."""

from datetime import UTC, datetime

from lxml import etree

from gateway.demo.data.records import Line, Order
from gateway.demo.oms import codes
from gateway.demo.oms.book import OrderBook, Search
from gateway.demo.oms.envelope import OmsFault, put
from gateway.demo.oms.request import (
    BATCH_MAX,
    elements,
    moment,
    number,
    text,
    texts,
    within_batch,
)
from gateway.demo.oms.written import put_customer, put_order
from schema.domain.money import Money
from schema.domain.order import OrderStatus

_VERSION = "4.2"
_PAGES_MAX = 1_000_000
_NEWEST_MAX = 500
_QUANTITY_MAX = 99
_AMOUNT_MAX = 999_999_999
_SIGNS = {"CAPTURE": 1, "REFUND": -1}


class Operations:
    """The operations by their names, over one order book."""

    def __init__(self, book: OrderBook) -> None:
        self._book = book
        self.by_name = {
            "Ping": self._ping,
            "GetOrders": self._get_orders,
            "FindOrdersByNumber": self._find_orders_by_number,
            "SearchOrders": self._search_orders,
            "GetOrdersOfCustomers": self._get_orders_of_customers,
            "GetCustomers": self._get_customers,
            "PlaceOrder": self._place_order,
            "RecordPayment": self._record_payment,
        }

    def _ping(self, _request: etree._Element, answer: etree._Element) -> None:
        put(answer, "version", _VERSION)

    def _get_orders(self, request: etree._Element, answer: etree._Element) -> None:
        ids = texts(request, "id")
        within_batch(len(ids))
        for order in ids:
            if entry := self._book.by_id(order):
                put_order(answer, entry)

    def _find_orders_by_number(self, request: etree._Element, answer: etree._Element) -> None:
        numbers = texts(request, "number")
        within_batch(len(numbers))
        for order in numbers:
            if entry := self._book.by_number(order):
                put_order(answer, entry)

    def _search_orders(self, request: etree._Element, answer: etree._Element) -> None:
        page = number(request, "page", _PAGES_MAX)
        size = number(request, "pageSize", BATCH_MAX)
        customer, email = text(request, "customerNo"), text(request, "email")
        search = Search(
            placed_from=moment(request, "placedFrom"),
            placed_to=moment(request, "placedTo"),
            channels=texts(request, "channel") or None,
            branches=texts(request, "branch") or None,
            customers=self._book.numbers_of(customer, email) if customer or email else None,
        )
        found = self._book.search(search)
        put(answer, "total", str(len(found)))
        for entry in found[(page - 1) * size : page * size]:
            put_order(answer, entry)

    def _get_orders_of_customers(self, request: etree._Element, answer: etree._Element) -> None:
        asked = elements(request, "customer")
        within_batch(len(asked))
        count = number(request, "newestPerCustomer", _NEWEST_MAX)
        for one in asked:
            if meant := self._book.numbers_of(text(one, "customerNo"), text(one, "email")):
                group = put(answer, "customer")
                put(group, "reference", text(one, "reference"))
                for entry in self._book.newest_of(meant, count):
                    put_order(group, entry)

    def _get_customers(self, request: etree._Element, answer: etree._Element) -> None:
        numbers, emails = texts(request, "customerNo"), texts(request, "email")
        within_batch(len(numbers) + len(emails))
        for customer in self._book.meant(numbers, emails):
            put_customer(answer, customer)

    def _place_order(self, request: etree._Element, answer: etree._Element) -> None:
        entry = self._book.add(self._ordered(request))
        put(answer, "id", entry.id)
        put(answer, "number", entry.number)

    def _record_payment(self, request: etree._Element, answer: etree._Element) -> None:
        order = self._book.by_id(text(request, "id") or "")
        reference = text(request, "reference") or ""
        kind = text(request, "kind") or ""
        amount = number(request, "amount", _AMOUNT_MAX)
        if order is None:
            raise OmsFault("Client.UnknownOrder", "There is no such order.")
        if not reference or kind not in _SIGNS:
            raise OmsFault("Client.Payment", "reference and kind: CAPTURE or REFUND.")
        if text(request, "currencyCode") != order.order.paid.currency:
            raise OmsFault("Client.Currency", "The order has another currency.")
        entry = self._book.note_payment(order, reference, _SIGNS[kind] * amount)
        if entry is None:
            raise OmsFault("Client.Reference", "Another payment has this reference.")
        put(answer, "entryNo", entry)

    def _ordered(self, request: etree._Element) -> Order:
        """The order that a request describes, paid in full, at list prices."""
        placed_at = moment(request, "placedAt")
        try:
            store = self._book.stores[branch] if (branch := text(request, "branch")) else None
            currency = store.currency if store else "JPY"
            channels = {code: channel for channel, code in codes.CHANNELS.items()}
            lines = tuple(self._line(it, currency) for it in elements(request, "line"))
            order = Order(
                sequence=self._book.next_sequence,
                channel=channels[text(request, "channel") or ""],
                placed_at=placed_at.replace(tzinfo=codes.ZONE).astimezone(UTC)
                if placed_at
                else datetime.now(UTC).replace(microsecond=0),
                status=OrderStatus.OPEN,
                lines=lines,
                paid=Money(sum(it.total.minor for it in lines), currency),
                customer=self._book.customers[text(request, "customerNo") or ""],
                store=store,
            )
        except KeyError:
            raise OmsFault("Client.Order", "Channel, customer, branch or SKU is unknown.") from None
        if not lines:
            raise OmsFault("Client.Order", "An order has at least one line.")
        return order

    def _line(self, element: etree._Element, currency: str) -> Line:
        variant = self._book.variants[text(element, "sku") or ""]
        return Line(variant, number(element, "quantity", _QUANTITY_MAX), variant.prices[currency])
