"""The filters of a query, applied to the orders themselves, whatever a system made of them."""

from schema.domain.customer import CustomerLink
from schema.domain.order import OrderQuery, OrderRecord


def fits(query: OrderQuery, order: OrderRecord) -> bool:
    """Whether a query asks for an order."""
    return (
        (query.channels is None or order.channel in query.channels)
        and (query.stores is None or order.store in query.stores)
        and (query.customer is None or is_theirs(query.customer, order.customer))
        and (query.placed_after is None or order.placed_at > query.placed_after)
        and (query.placed_before is None or order.placed_at <= query.placed_before)
    )


def is_theirs(customer: CustomerLink, link: CustomerLink | None) -> bool:
    """Whether two links have a key in common."""
    if link is None:
        return False
    pairs = (
        (customer.ref, link.ref),
        (customer.membership, link.membership),
        (customer.email, link.email),
        (customer.phone, link.phone),
    )
    return any(ours is not None and ours == theirs for ours, theirs in pairs)
