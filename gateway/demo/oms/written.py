"""Orders and customers as elements of an answer."""

from lxml import etree

from gateway.demo.data.records import Customer
from gateway.demo.oms import codes
from gateway.demo.oms.book import Entry
from gateway.demo.oms.envelope import put


def put_order(parent: etree._Element, entry: Entry) -> None:
    """Append an order. Amounts are in minor units of the order's one currency."""
    order = entry.order
    element = put(parent, "order")
    put(element, "id", entry.id)
    put(element, "number", entry.number)
    put(element, "channel", codes.CHANNELS[order.channel])
    put(element, "placedAt", entry.placed_at.isoformat())
    put(element, "status", codes.status(order))
    put(element, "currency", codes.CURRENCIES[order.total.currency])
    put(element, "total", str(order.total.minor))
    put(element, "paid", str(order.paid.minor))
    if order.customer:
        put(element, "customerNo", codes.customer_no(order.customer))
        put(element, "email", codes.email(order.customer))
        put(element, "phone", codes.phone(order.customer))
    if order.store:
        put(element, "branch", str(order.store.number))
    for line in order.lines:
        row = put(element, "line")
        put(row, "sku", line.variant.sku)
        put(row, "title", line.variant.title)
        put(row, "quantity", str(line.quantity))
        put(row, "unitPrice", str(line.unit_price.minor))
        put(row, "amount", str(line.total.minor))


def put_customer(parent: etree._Element, customer: Customer) -> None:
    """Append a customer."""
    element = put(parent, "customer")
    put(element, "customerNo", codes.customer_no(customer))
    put(element, "familyName", customer.family_name)
    put(element, "givenName", customer.given_name)
    put(element, "email", codes.email(customer))
    put(element, "phone", codes.phone(customer))
