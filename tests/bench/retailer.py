"""What the four systems of the benchmark know, as they write it: the same in every run."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

CUSTOMERS = 200
ORDERS = 2_000
RECENT = 50
RECENT_CUSTOMERS = 40
LINES = 3
ITEMS = 140
GROUP_OF = 4
# One group is a whole range: as many variants as a page for buyers may show at once.
RANGE = 900
RANGE_FIRST = 1_000
RANGE_ITEMS = 1_000
BRANCHES: Mapping[str, str] = {"berlin": "B010", "hamburg": "B020", "munich": "B030"}

Row = dict[str, Any]

_NEWEST_S = 1_764_000_000
_APART_S = 61
_FIRST_ID = 700_000
_COUNTED = "2025-11-24T16:0{}:00+01:00"
_STATES = (10, 30, 40, 40, 60)
_SIZES = ("XS", "S", "M", "L", "XL")


def customer(number: int) -> Row | None:
    """One customer, as the CRM writes it."""
    if not 1 <= number <= CUSTOMERS:
        return None
    return {
        "customer_no": number,
        "first_name": "Kim",
        "last_name": f"Tester {number}",
        "mail": f"Kim.Tester{number}@example.com",
        "segment": "gold" if number % 3 else "basic",
        "newsletter": number % 2 == 0,
        "created": _NEWEST_S - number * 86_400,
    }


@cache
def order(number: int) -> Row:
    """One order, as the OMS writes it; number 0 is the newest."""
    lines = [_line(number, place) for place in range(LINES)]
    total = sum(_cents(line["item_no"]) * line["qty"] for line in lines)
    return {
        "order_id": _FIRST_ID - number,
        "order_no": f"SO-{_FIRST_ID - number}",
        "customer_no": _customer_of(number),
        "state": _STATES[number % len(_STATES)],
        "placed": _NEWEST_S - number * _APART_S,
        "currency": "EUR",
        "total": _decimal(total),
        "paid": _decimal(total),
        "carrier": "post",
        "lines": lines,
    }


def recent_orders(limit: int, before: int | None) -> Sequence[Row]:
    """The newest orders, of those placed at a moment or earlier."""
    first = 0 if before is None else max(0, -((before - _NEWEST_S) // _APART_S))
    return [order(number) for number in range(first, min(first + limit, ORDERS))]


def order_of_id(order_id: int) -> Row | None:
    """The order of an id of the OMS's own."""
    number = _FIRST_ID - order_id
    return order(number) if 0 <= number < ORDERS else None


def orders_of(customer_no: int, limit: int) -> Sequence[Row]:
    """The newest orders of one customer."""
    return [order(number) for number in _by_customer().get(customer_no, ())[:limit]]


def item(sku: str) -> Row | None:
    """One item, as the catalogue writes it."""
    number = _number(sku)
    if number is None:
        return None
    return {
        "item_no": 40_000 + number,
        "sku": sku,
        "label": f"Shirt {number // GROUP_OF}, {_SIZES[number % GROUP_OF]}",
        "group_no": group_of(number),
        "ean": f"40{number:011d}",
        "list_price": _decimal(_cents(sku)),
        "currency": "EUR",
        "tax_class": "A",
        "brand": "Own",
    }


def group(group_no: int) -> Row | None:
    """One group of items, as the catalogue writes it."""
    numbers = _range(group_no)
    if not numbers:
        return None
    return {
        "group_no": group_no,
        "label": f"Shirt {group_no}",
        "items": [sku_of(number) for number in numbers],
    }


def levels(sku: str) -> Sequence[Row]:
    """What each branch has of an item, as the inventory writes it."""
    number = _number(sku)
    if number is None:
        return []
    return [
        {
            "sku": sku,
            "branch": branch,
            "on_hand": f"{(number * 7 + place) % 23 + 2}.000",
            "allocated": f"{number % 3}.000",
            "held": "0.000",
            "counted_at": _COUNTED.format(place),
        }
        for place, branch in enumerate(BRANCHES.values())
    ]


def sku_of(number: int) -> str:
    """The SKU of an item's number."""
    return f"TG-{number:04d}"


def group_of(number: int) -> int:
    """The group of an item's number."""
    return RANGE if number >= RANGE_FIRST else 1 + number // GROUP_OF


def _line(number: int, place: int) -> Row:
    sku = sku_of((number * LINES + place) % ITEMS)
    quantity = 1 + (number + place) % 3
    return {
        "pos": place + 1,
        "item_no": sku,
        "label": f"Shirt of order {number}",
        "qty": quantity,
        "unit_price": _decimal(_cents(sku)),
        "amount": _decimal(_cents(sku) * quantity),
    }


def _customer_of(number: int) -> int:
    if number < RECENT:
        return 1 + number % RECENT_CUSTOMERS
    return 1 + number * 7 % CUSTOMERS


@cache
def _by_customer() -> Mapping[int, Sequence[int]]:
    found: dict[int, list[int]] = {}
    for number in range(ORDERS):
        found.setdefault(_customer_of(number), []).append(number)
    return found


def _range(group_no: int) -> range:
    if group_no == RANGE:
        return range(RANGE_FIRST, RANGE_FIRST + RANGE_ITEMS)
    first = (group_no - 1) * GROUP_OF
    return range(first, min(first + GROUP_OF, ITEMS)) if 0 <= first < ITEMS else range(0)


def _number(sku: str) -> int | None:
    number = int(sku[3:])
    in_range = RANGE_FIRST <= number < RANGE_FIRST + RANGE_ITEMS
    return number if number < ITEMS or in_range else None


def _cents(sku: str) -> int:
    return 990 + int(sku[3:]) % 40 * 100


def _decimal(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
