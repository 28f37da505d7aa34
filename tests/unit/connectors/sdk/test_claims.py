"""What classes offer, and what their manifests may say of it."""

from collections import Counter
from typing import Any

import pytest
from msgspec import Struct

from connectors.sdk.claims import PORTS, RECORDS, methods, offered, unfounded
from connectors.sdk.manifest import Manifest


async def _method(*_: Any) -> Any:
    raise NotImplementedError


class Shop:
    """Counts stock and holds it."""

    stock_levels = reserve = extend = release = _method


class People(Shop):
    """A shop that knows customers, and some of what an order reader must know."""

    customers = orders = _method


def _told(connector: type, **claims: Any) -> list[tuple[tuple[str | int, ...], str]]:
    manifest = Manifest(id="shop", version="1.0.0", title="Shop", **claims)
    return list(unfounded(manifest, connector))


def test_ports_are_learnt_from_the_class() -> None:
    """A port is offered once every method of it is there."""
    assert frozenset({"StockReader", "StockReserver"}) == offered(Shop)
    assert frozenset({"StockReader", "StockReserver", "CustomerReader"}) == offered(People)


def test_every_port_can_be_learnt_from_a_class() -> None:
    """A port that is no runtime protocol would be found in no class."""

    class Nothing: ...

    assert frozenset() == offered(Nothing)


def test_no_two_ports_share_a_method() -> None:
    """A class that has one port's methods would seem to offer the other's."""
    named = [
        name for port in PORTS for writes in (False, True) for name in methods(port, writes=writes)
    ]

    assert [] == [name for name, times in Counter(named).items() if times > 1]


def test_every_port_says_what_it_does() -> None:
    """Whoever writes a connector reads nothing else."""
    mute = [
        name
        for name, port in PORTS.items()
        for writes in (False, True)
        for method in methods(port=name, writes=writes)
        if not (port.__doc__ and getattr(port, method).__doc__)
    ]

    assert [] == mute


def test_reads_and_writes_are_told_apart() -> None:
    """By the mark that a port's method bears."""
    assert (("stock_levels",), ()) == (
        methods("StockReader", writes=False),
        methods("StockReader", writes=True),
    )
    assert ("reserve", "extend", "release") == methods("StockReserver", writes=True)
    assert (("reader_methods",), ("register_reader", "rename_reader")) == (
        methods("ReaderRegistry", writes=False),
        methods("ReaderRegistry", writes=True),
    )
    assert "process" not in methods("TerminalDriver", writes=False)


def test_claims_that_fit_are_let_through() -> None:
    """Also fields of a record within a record."""
    assert [] == _told(
        People,
        freshness_s={"customers": 60.0, "stock_levels": 0.0},
        idempotent_writes=("reserve", "release"),
        personal_data=("customer.name", "reservation.lines.sku"),
    )


@pytest.mark.parametrize(
    ("claims", "key", "told"),
    [
        (
            {"freshness_s": {"stock_level": 5.0}},
            ("freshness_s", "stock_level"),
            "no method that reads; did you mean stock_levels?",
        ),
        (
            {"freshness_s": {"reserve": 5.0}},
            ("freshness_s", "reserve"),
            "no method that reads; expected one of: customers, stock_levels",
        ),
        (
            {"freshness_s": {"orders": 5.0}},
            ("freshness_s", "orders"),
            "no method that reads; expected one of: customers, stock_levels",
        ),
        (
            {"idempotent_writes": ("reserve", "realease")},
            ("idempotent_writes", 1),
            "'realease' is no method that writes; did you mean release?",
        ),
        (
            {"personal_data": ("customer.nmae",)},
            ("personal_data", 0),
            "'customer.nmae' is no field; did you mean name?",
        ),
        (
            {"personal_data": ("order.customer",)},
            ("personal_data", 0),
            (
                "'order.customer' is of no record that is offered;"
                " expected one of: customer, reservation, stock"
            ),
        ),
        (
            {"personal_data": ("customer",)},
            ("personal_data", 0),
            "'customer' names no field; write it as entity.field",
        ),
        (
            {"personal_data": ("customer.name.first",)},
            ("personal_data", 0),
            "'customer.name.first' is no field; there are none",
        ),
    ],
)
def test_a_claim_that_does_not_fit_names_the_nearest(
    claims: dict[str, Any], key: tuple[str | int, ...], told: str
) -> None:
    """A typing mistake would leave a record uncached, or a name in a recording."""
    assert [(key, told)] == _told(People, **claims)


def test_every_record_is_of_a_port_that_there_is() -> None:
    """And is a record, whose fields can be named."""
    assert set(RECORDS) <= set(PORTS)
    assert all(issubclass(it, Struct) for held in RECORDS.values() for it in held.values())
