"""Finds orders by their numbers, for work that no client waits for."""

import time
import uuid
from collections.abc import Awaitable, Callable

from gateway.engine.orders import OrderService
from schema.domain.reference import SourceRef
from schema.domain.scope import Actor, RequestScope

_WITHIN_S = 10.0


def order_by_number(
    orders: Callable[[], OrderService],
) -> Callable[[str], Awaitable[SourceRef | None]]:
    """A function that returns the record of the order with a number; None where there is none.

    `orders` is asked each time, so that a new configuration counts at once. The function raises
    `SourceError` where a system that may know the order does not answer.
    """

    async def find(number: str) -> SourceRef | None:
        deadline = time.monotonic() + _WITHIN_S
        scope = RequestScope(Actor("payments", "system"), deadline, uuid.uuid4().hex, "order")
        found = await orders().by_number(scope, number)
        return found.ref if found else None

    return find
