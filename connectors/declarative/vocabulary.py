"""The names that requests may use, by the method of the port that they serve."""

from collections.abc import Mapping

_KEYS = frozenset({"key", "keys"})
_PAGE = frozenset({"limit", "page", "offset", "cursor"})
_FILTERS = frozenset(
    {
        *("before", "after", "stores", "no_stores", "channels", "no_channels"),
        *("ref", "membership", "email", "phone"),
    }
)
_WRITE = frozenset({"idempotency_key"})
_LINES = frozenset({"lines", "sku", "quantity"})

NAMES: Mapping[str, frozenset[str]] = {
    "customers": _KEYS,
    "orders": _KEYS,
    "orders_by_number": _KEYS,
    "order_page": _PAGE | _FILTERS,
    "orders_of": _KEYS | {"limit"},
    "variants": _KEYS,
    "products": _KEYS,
    "stores": _PAGE,
    "stock_levels": _KEYS | {"stores"},
    "incoming": _KEYS | {"stores"},
    "loyalty": _KEYS,
    "coupons": _KEYS,
    "returns_of": _KEYS,
    "reservations": _KEYS,
    "changed_since": frozenset({"limit", "cursor", "since"}),
    "reserve": _WRITE | _LINES | {"reference", "store", "until"},
    "extend": _WRITE | {"reservation", "until"},
    "release": _WRITE | {"reservation"},
    "create_return": _WRITE | _LINES | {"reference", "order", "store", "reason"},
    "record_payment": _WRITE
    | {
        *("order", "reference", "kind", "amount", "minor", "currency", "at"),
        *("provider_reference", "store", "reader"),
    },
}
"""Beside these, every request may use `config.<key>`."""

RECORDS_OF: Mapping[str, str | None] = {
    "customers": "customer",
    "orders": "order",
    "orders_by_number": "order",
    "order_page": "order",
    "orders_of": "order",
    "variants": "variant",
    "products": "product",
    "stores": "store",
    "stock_levels": "stock",
    "incoming": "incoming",
    "loyalty": "loyalty",
    "coupons": "coupon",
    "returns_of": "return",
    "reservations": "reservation",
    "changed_since": "change",
    "reserve": "reservation",
    "extend": "reservation",
    "release": "reservation",
    "create_return": "return",
    "record_payment": None,
}
"""The record that each method gives."""

HAS_NO_KEY = frozenset({"orders_of", "loyalty", "coupons"})
"""Methods whose records do not tell the key that they were asked by."""
