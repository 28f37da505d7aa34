"""Which function serves which method of a port. They are loaded when a file names them."""

from collections.abc import Mapping

_HERE = "connectors.declarative"

METHODS: Mapping[str, str] = {
    "customers": f"{_HERE}.readers:customers",
    "orders": f"{_HERE}.readers:orders",
    "orders_by_number": f"{_HERE}.readers:orders_by_number",
    "order_page": f"{_HERE}.order_list:order_page",
    "orders_of": f"{_HERE}.link_readers:orders_of",
    "variants": f"{_HERE}.readers:variants",
    "products": f"{_HERE}.readers:products",
    "stores": f"{_HERE}.store_list:stores",
    "stock_levels": f"{_HERE}.readers:stock_levels",
    "incoming": f"{_HERE}.readers:incoming",
    "loyalty": f"{_HERE}.link_readers:loyalty",
    "coupons": f"{_HERE}.link_readers:coupons",
    "returns_of": f"{_HERE}.readers:returns_of",
    "reservations": f"{_HERE}.readers:reservations",
    "changed_since": f"{_HERE}.change_list:changed_since",
    "reserve": f"{_HERE}.writes:reserve",
    "extend": f"{_HERE}.writes:extend",
    "release": f"{_HERE}.writes:release",
    "create_return": f"{_HERE}.writes:create_return",
    "record_payment": f"{_HERE}.writes:record_payment",
}
"""The functions by the names of `ports`; the first parameter of each is the connector."""
