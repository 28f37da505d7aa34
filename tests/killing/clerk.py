"""A till that does not give up: what was not answered is sent again as it was."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import aiohttp

from schema.domain.reference import GlobalId
from tests.killing.pos import Pos

_TRY_S = 8.0
_PAUSE_S = 0.05
_FINAL = frozenset({"CAPTURED", "CANCELED", "EXPIRED"})
_MISTAKES = ("BAD_USER_INPUT", "LIMIT_EXCEEDED")  # of the harness itself

_START = """mutation Start($input: TerminalPaymentStartInput!) {
  terminalPaymentStart(input: $input) { payment { id state } userErrors { code message } }
}"""
_REFUND = """mutation Refund($input: PaymentRefundInput!) {
  paymentRefund(input: $input) { refund { id state } userErrors { code message } }
}"""
_CHANGE = """mutation Change($input: %s!) {
  %s(input: $input) { payment { id state } userErrors { code message } }
}"""
_INPUTS = """mutation Ask($input: ReaderCollectInputsInput!) {
  readerCollectInputs(input: $input) { task { id state } userErrors { code message } }
}"""
_TASK = "query Task($id: ID!) { readerTask(id: $id) { id state inputs { value } } }"
_ORDER = "query Order($ref: SourceRefInput!) { order(by: { source: $ref }) { id } }"
_PAYMENT = """query Payment($id: ID!) {
  payment(id: $id) {
    id state captured { minor } refunded { minor } amount { minor } authorized { minor }
    failure { code }
    events { state note }
  }
}"""


def native(payment: str) -> str:
    """The journal's name of a payment, as the provider's metadata hold it."""
    return GlobalId.parse(payment).parts[0]


class NeverError(AssertionError):
    """What should have happened did not, however long the till waited."""


class Clerk:
    """Speaks GraphQL with a gateway, or with another one while the first does not answer.

    It gives up what has not come about within `patience_s`.
    """

    def __init__(self, addresses: Sequence[str], patience_s: float, pos: Pos | None = None) -> None:
        self._addresses = list(addresses)
        self._patience_s = patience_s
        self.pos = pos
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(_TRY_S)
        )
        self._started: dict[str, None] = {}

    @property
    def payments(self) -> Sequence[str]:
        """The ids of all that it has started, in their order."""
        return [*self._started]

    async def aclose(self) -> None:
        """Close its connections."""
        await self._session.close()

    async def start(
        self, key: str, amount: str = "1000", currency: str = "JPY", **more: Any
    ) -> Any:
        """Start a payment, or hear again of the one that the key has started."""
        given: dict[str, Any] = {
            "reader": {"store": "ginza", "name": "Front counter"},
            "amount": {"amount": amount, "currency": currency},
            "idempotencyKey": key,
        }
        if "order" in more:
            del given["amount"]
        payload = await self.ask(_START, "terminalPaymentStart", {"input": {**given, **more}})
        if payload["payment"]:
            self._started[payload["payment"]["id"]] = None
        return payload

    async def started(self, key: str, **more: Any) -> str:
        """Start a payment that nothing is wrong with; returns its id.

        Where the provider cannot be reached nothing was begun, and a till asks again as told.
        """
        while (payload := await self.start(key, **more))["userErrors"]:
            if "PROVIDER_UNAVAILABLE" != payload["userErrors"][0]["code"]:
                break
            key = f"{key}+"
        assert payload["payment"], payload
        name: str = payload["payment"]["id"]
        return name

    async def order(self, receipt: str) -> str:
        """The id of a sale in the graph."""
        ref = {"name": "pos", "id": receipt}
        found: str = (await self.ask(_ORDER, "order", {"ref": ref}))["id"]
        return found

    async def change(self, mutation: str, kind: str, **given: Any) -> Any:
        """Change a payment by a mutation; returns the payload."""
        return await self.ask(_CHANGE % (kind, mutation), mutation, {"input": given})

    async def asked(self, key: str) -> str:
        """Let a reader ask for an e-mail address; returns the task's id."""
        given = {
            "reader": {"store": "ginza", "name": "Front counter"},
            "inputs": [{"kind": "EMAIL", "title": "For the receipt"}],
            "idempotencyKey": key,
        }
        payload = await self.ask(_INPUTS, "readerCollectInputs", {"input": given})
        assert payload["task"], payload
        name: str = payload["task"]["id"]
        return name

    async def task(self, name: str) -> Any:
        """Read a reader's task."""
        return await self.ask(_TASK, "readerTask", {"id": name})

    async def refund(
        self,
        payment: str,
        key: str,
        amount: str,
        currency: str = "JPY",
        *,
        states: Sequence[str] = ("SUCCEEDED", "FAILED"),
    ) -> Any:
        """Give back a part, again and again until the provider has answered."""
        given = {
            "payment": payment,
            "idempotencyKey": key,
            "amount": {"amount": amount, "currency": currency},
        }
        return await self.until(
            lambda: self.ask(_REFUND, "paymentRefund", {"input": given}),
            lambda it: it["userErrors"] or it["refund"]["state"] in states,
        )

    async def payment(self, name: str) -> Any:
        """Read a payment."""
        return await self.ask(_PAYMENT, "payment", {"id": name})

    async def reached(self, name: str, *states: str) -> Any:
        """Read a payment again and again until it is in one of these states, or can never be."""
        end = {*states, *_FINAL}
        found = await self.until(lambda: self.payment(name), lambda it: it["state"] in end)
        if found["state"] not in states:
            raise NeverError(f"it has ended as {found}")
        return found

    async def holding(self, name: str, minor: int) -> Any:
        """Read a payment again and again until it holds so much."""
        return await self.until(
            lambda: self.payment(name),
            lambda it: it["state"] == "AUTHORIZED" and it["authorized"]["minor"] == minor,
        )

    async def ask(self, document: str, field: str, variables: Mapping[str, Any]) -> Any:
        """Run one operation until it is answered, and return what one field holds."""
        body = {"query": document, "variables": dict(variables)}
        end = time.monotonic() + self._patience_s
        while True:
            try:
                async with self._session.post(self._addresses[0], json=body) as response:
                    answer = await response.json()
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                found: object = type(error).__name__
                self._addresses.append(self._addresses.pop(0))
            else:
                data = answer.get("data") or {}
                if data.get(field) is not None:
                    return data[field]
                found = answer
                assert not any(it in str(answer) for it in _MISTAKES), answer
            if time.monotonic() > end:
                raise NeverError(f"{field} was not answered: {found}")
            await asyncio.sleep(_PAUSE_S)

    async def accepted(self, start: Callable[[], Any], unless: str) -> Any:
        """Start something again and again until it is no longer refused with this code."""
        payload = await self.until(
            start, lambda it: [unless] != [error["code"] for error in it["userErrors"]]
        )
        assert [] == payload["userErrors"], payload
        return payload

    async def until(self, look: Callable[[], Any], is_so: Callable[[Any], object]) -> Any:
        """Look again and again until what is found is so."""
        end = time.monotonic() + self._patience_s
        while True:
            found = await look()
            if is_so(found):
                return found
            if time.monotonic() > end:
                raise NeverError(f"it stays at {found}")
            await asyncio.sleep(_PAUSE_S)
