"""Kasane as the sample systems find it: its sizes, its oddities, and that it is always the same."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Hashable, Iterable
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec
import phonenumbers

from gateway.demo.data.kasane import kasane
from gateway.demo.data.records import Order
from schema.domain.order import Channel, OrderStatus

DIGEST = (
    "import hashlib, msgspec; from gateway.demo.data.kasane import kasane;"
    " print(hashlib.sha256(msgspec.json.encode(kasane())).hexdigest())"
)


def distinct(values: Iterable[Hashable]) -> bool:
    """Whether no value comes twice."""
    return max(Counter(values).values()) == 1


def in_pos(order: Order) -> bool:
    """Whether a till knows the order."""
    return order.channel is Channel.STORE


def test_it_is_as_large_as_promised() -> None:
    """Thirteen stores, 400 products, 2,000 customers, 12,000 orders, 600 deliveries."""
    it = kasane()

    assert 13 == len(it.stores)
    assert 400 == len(it.products)
    assert 1_100 < len(it.variants) < 1_300
    assert 2_000 == len(it.customers)
    assert 12_000 == len(it.orders)
    assert 600 == len(it.deliveries)
    assert 0.75 < len(it.shelves) / (13 * len(it.variants)) < 0.85


def test_it_is_the_same_in_every_process() -> None:
    """Neither the clock nor the hash seed has a part in it."""
    command = [sys.executable, "-c", DIGEST]
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    other = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)

    assert sha256(msgspec.json.encode(kasane())).hexdigest() == other.stdout.strip()


def test_keys_are_unique() -> None:
    """No SKU, GTIN, e-mail, phone or membership number belongs to two."""
    it = kasane()

    assert distinct(variant.sku for variant in it.variants)
    assert distinct(variant.gtin for variant in it.variants)
    assert distinct(product.title for product in it.products)
    assert distinct(customer.email for customer in it.customers)
    assert distinct(customer.phone for customer in it.customers)
    assert distinct(it.membership for it in it.customers if it.membership)
    assert distinct((shelf.store.code, shelf.variant.sku) for shelf in it.shelves)
    assert distinct((it.store.code, it.variant.sku, it.expected_on) for it in it.deliveries)


def test_gtins_and_phone_numbers_are_valid() -> None:
    """A scanner takes every GTIN, and every number could be dialled."""
    for variant in kasane().variants:
        weighed = sum(int(it) * (1, 3)[at % 2] for at, it in enumerate(variant.gtin))

        assert (13, 0) == (len(variant.gtin), weighed % 10)
    for customer in kasane().customers:
        number = phonenumbers.parse(customer.phone)

        assert phonenumbers.is_valid_number(number)


def test_a_third_of_the_customers_are_known_twice() -> None:
    """Most are in the CRM, a third in the OMS as well, and nobody is in neither."""
    known = Counter((it.in_crm, it.in_oms) for it in kasane().customers)

    assert 0 == known[(False, False)]
    assert 1_000 < known[(True, False)]
    assert 600 < known[(True, True)] < 760
    assert 150 < known[(False, True)]
    assert all(it.in_crm for it in kasane().customers if it.membership)


def test_orders_are_numbered_oldest_first_in_their_system() -> None:
    """Each till counts for itself, and the OMS over all it has; some share their second."""
    orders = kasane().orders
    numbers: dict[str, list[int]] = {}
    for order in orders:
        counter = order.store.code if in_pos(order) and order.store else "oms"
        numbers.setdefault(counter, []).append(order.sequence)

    assert sorted(orders, key=lambda order: order.placed_at) == list(orders)
    assert 14 == len(numbers)
    assert all(list(range(1, len(it) + 1)) == it for it in numbers.values())
    assert 50 < sum(a.placed_at == b.placed_at for a, b in pairwise(orders))
    assert orders[-1].placed_at < datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_stores_sell_in_their_opening_hours() -> None:
    """By the store's own clock, in either zone."""
    hours = {
        order.placed_at.astimezone(ZoneInfo(order.store.time_zone)).hour
        for order in kasane().orders
        if in_pos(order) and order.store
    }

    assert set(range(10, 21)) == hours


def test_only_parked_sales_are_unpaid() -> None:
    """They are about two of a hundred, and the three newest sales at Ginza are among them."""
    sold = [order for order in kasane().orders if in_pos(order)]
    parked = [order for order in sold if order.status is OrderStatus.OPEN]
    ginza = [it for it in sold if it.store and it.store.code == "ginza"]

    assert parked == [order for order in kasane().orders if not order.paid.minor]
    assert 0.015 < len(parked) / len(sold) < 0.025
    assert ginza[-3:] == [order for order in ginza[-3:] if order in parked]


def test_currencies_are_the_stores() -> None:
    """Singapore sells in dollars, everybody else in yen."""
    for order in kasane().orders:
        expected = order.store.currency if order.store else "JPY"

        assert {expected} == {it.unit_price.currency for it in order.lines} | {order.paid.currency}


def test_every_kind_of_order_is_there() -> None:
    """Every channel and every status, with and without customers and stores."""
    orders = kasane().orders

    assert set(Channel) == {order.channel for order in orders}
    for system in (True, False):
        assert set(OrderStatus) == {it.status for it in orders if in_pos(it) is system}
    assert {1, 2, 3, 4, 5} == {len(order.lines) for order in orders}
    assert all(order.store for order in orders if in_pos(order))
    assert all(it.customer and it.customer.in_oms for it in orders if not in_pos(it))


def test_the_newest_orders_join_every_system() -> None:
    """Five orders of both systems, by members, of items that Ginza and Umeda have."""
    newest = kasane().orders[-5:]
    kept = {(shelf.store.code, shelf.variant.sku) for shelf in kasane().shelves}

    assert {True, False} == {in_pos(order) for order in newest}
    assert all(order.customer and order.customer.membership for order in newest)
    assert any(order.store for order in newest)
    for order in newest:
        for line in order.lines:
            assert {(code, line.variant.sku) for code in ("ginza", "umeda")} <= kept


def test_shelves_are_ordered_and_some_are_oversold() -> None:
    """By store and then SKU; some are empty, and some promise more than they hold."""
    shelves = kasane().shelves
    places = {store.code: at for at, store in enumerate(kasane().stores)}

    assert list(shelves) == sorted(shelves, key=lambda it: (places[it.store.code], it.variant.sku))
    assert any(shelf.on_hand == 0 for shelf in shelves)
    assert any(shelf.committed > shelf.on_hand for shelf in shelves)
    assert all(0 <= shelf.on_hand <= 40 for shelf in shelves)
