"""Orders, from a draft to the door, through the shop's admin API."""

from collections.abc import Sequence
from typing import Any

from tests.vendure import documents
from tests.vendure.admin import Admin

_ADDRESS = {
    "fullName": "Front desk",
    "streetLine1": "1-1 Chuo",
    "city": "Tokyo",
    "countryCode": "JP",
}
_SENT_BY = {"code": "manual-fulfillment", "arguments": [{"name": "method", "value": "Parcel"}]}


class Orders:
    """Makes orders. `shipping` is the id of the way in which they are sent."""

    def __init__(self, admin: Admin, shipping: str) -> None:
        self._admin = admin
        self._shipping = shipping

    async def draft(self, customer: str, items: Sequence[tuple[str, int]]) -> str:
        """A draft of a customer's order of so many of each variant; returns its id."""
        order: str = (await self._admin.ask(documents.DRAFT))["createDraftOrder"]["id"]
        for variant, quantity in items:
            line = {"order": order, "variant": variant, "quantity": quantity}
            await self._admin.ask(documents.LINE, line)
        whose = {"order": order, "customer": customer, "shipping": self._shipping}
        await self._admin.ask(documents.ADDRESSED, {**whose, "address": _ADDRESS})
        return order

    async def pay(self, order: str) -> Any:
        """Place a draft by paying it; returns its lines and payments."""
        return (await self._admin.ask(documents.PAY, {"order": order}))["paid"]

    async def deliver(self, lines: Sequence[Any]) -> None:
        """Send these lines of an order, and let them arrive."""
        whole = [{"orderLineId": it["id"], "quantity": it["quantity"]} for it in lines]
        sent = {"input": {"lines": whole, "handler": _SENT_BY}}
        parcel = (await self._admin.ask(documents.FULFIL, sent))["addFulfillmentToOrder"]["id"]
        await self._admin.ask(documents.DELIVER, {"id": parcel})

    async def refund(self, payment: str) -> None:
        """Give a little money back."""
        refund = {"paymentId": payment, "lines": [], "shipping": 0, "adjustment": 100}
        refund |= {"amount": 100, "reason": "Scratched"}
        await self._admin.ask(documents.REFUND, {"input": refund})

    async def cancel(self, order: str) -> None:
        """Call a whole order off."""
        canceled = {"orderId": order, "cancelShipping": True, "reason": "Changed their mind"}
        await self._admin.ask(documents.CANCEL, {"input": canceled})
