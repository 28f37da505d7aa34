"""The order book: what the OMS knows, in the order in which it gives it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from gateway.demo.data.records import Customer, Order, Retailer
from gateway.demo.oms import codes
from schema.domain.money import Money
from schema.domain.order import Channel


class Entry(Struct, frozen=True):
    """One order in the book. `placed_at` is the head office's local time, without a zone."""

    id: str
    number: str
    placed_at: datetime
    order: Order


class Search(Struct, frozen=True):
    """Which orders are asked for; None lets every order through. Times are local and inclusive."""

    placed_from: datetime | None = None
    placed_to: datetime | None = None
    channels: Collection[str] | None = None
    branches: Collection[str] | None = None
    customers: Collection[str] | None = None

    def finds(self, entry: Entry) -> bool:
        """Whether every condition holds."""
        order = entry.order
        branch = str(order.store.number) if order.store else None
        customer = codes.customer_no(order.customer) if order.customer else None
        return (
            (self.placed_from is None or entry.placed_at >= self.placed_from)
            and (self.placed_to is None or entry.placed_at <= self.placed_to)
            and (self.channels is None or codes.CHANNELS[order.channel] in self.channels)
            and (self.branches is None or branch in self.branches)
            and (self.customers is None or customer in self.customers)
        )


class NotedPayment(Struct, frozen=True):
    """Money that was taken for an order; below zero, given back."""

    number: str
    order: str
    minor: int


class OrderBook:
    """Orders of every channel but the stores', newest first; and the customers with an account."""

    def __init__(self, retailer: Retailer) -> None:
        known = [it for it in retailer.customers if it.in_oms]
        self.customers = {codes.customer_no(it): it for it in known}
        self.variants = {it.sku: it for it in retailer.variants}
        self.stores = {str(it.number): it for it in retailer.stores}
        self._emails = {it.email: number for number, it in self.customers.items()}
        self._entries: list[Entry] = []
        self._payments: dict[str, NotedPayment] = {}
        self._by_id: dict[str, Entry] = {}
        self._by_number: dict[str, Entry] = {}
        self._by_customer: dict[str, list[Entry]] = defaultdict(list)
        for order in retailer.orders:
            if order.channel is not Channel.STORE:
                self._keep(order)
        self._sort(self._entries)

    @property
    def next_sequence(self) -> int:
        """What the next order counts as; orders stay in the book for ever."""
        return len(self._entries) + 1

    def add(self, order: Order) -> Entry:
        """Take an order into the book."""
        entry = self._keep(order)
        self._sort(self._entries)
        return entry

    def by_id(self, order: str) -> Entry | None:
        """The order of an id."""
        return self._by_id.get(order)

    def by_number(self, number: str) -> Entry | None:
        """The order of a number."""
        return self._by_number.get(number)

    def note_payment(self, entry: Entry, reference: str, minor: int) -> str | None:
        """Count money of an order, once for each reference; return the number it is noted under.

        None where another payment has the reference.
        """
        known = self._payments.get(reference)
        if known is not None:
            return known.number if (known.order, known.minor) == (entry.id, minor) else None
        noted = NotedPayment(f"E{len(self._payments) + 1:06d}", entry.id, minor)
        self._payments[reference] = noted
        paid = replace(entry.order, paid=entry.order.paid + Money(minor, entry.order.paid.currency))
        self._replace(entry, replace(entry, order=paid))
        return noted.number

    def search(self, search: Search) -> list[Entry]:
        """Every order that is found, newest first."""
        return [entry for entry in self._entries if search.finds(entry)]

    def numbers_of(self, customer: str | None, email: str | None) -> frozenset[str]:
        """Numbers of the customers whom a number or an e-mail address means: either counts."""
        meant = (customer, self._emails.get((email or "").strip().lower()))
        return frozenset(number for number in meant if number in self.customers)

    def newest_of(self, customers: Iterable[str], count: int) -> list[Entry]:
        """The newest orders of all these customers together."""
        found = [entry for customer in customers for entry in self._by_customer[customer]]
        self._sort(found)
        return found[:count]

    def meant(self, numbers: Iterable[str], emails: Iterable[str]) -> list[Customer]:
        """The customers of these numbers and e-mail addresses, each once."""
        found = [self.numbers_of(number, None) for number in numbers]
        found += [self.numbers_of(None, email) for email in emails]
        return [self.customers[number] for number in sorted(frozenset().union(*found))]

    def _keep(self, order: Order) -> Entry:
        entry = Entry(
            codes.order_id(order), codes.order_number(order), codes.local(order.placed_at), order
        )
        self._entries.append(entry)
        self._by_id[entry.id] = entry
        self._by_number[entry.number] = entry
        if order.customer:
            self._by_customer[codes.customer_no(order.customer)].append(entry)
        return entry

    def _replace(self, before: Entry, after: Entry) -> None:
        self._by_id[after.id] = self._by_number[after.number] = after
        lists = [self._entries]
        if after.order.customer:
            lists.append(self._by_customer[codes.customer_no(after.order.customer)])
        for entries in lists:
            entries[entries.index(before)] = after

    @staticmethod
    def _sort(entries: list[Entry]) -> None:
        entries.sort(key=lambda it: (it.placed_at, it.order.sequence), reverse=True)
