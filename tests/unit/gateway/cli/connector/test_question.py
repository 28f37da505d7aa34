import time
from typing import Any

import pytest

from connectors.sdk.claims import PORTS, methods
from connectors.sdk.context import CallContext
from connectors.sdk.manifest import Manifest
from connectors.sdk.registry import ConnectorType
from gateway.cli.connector.question import Question, method_of, put
from schema.domain.customer import CustomerKey, CustomerKeyKind, CustomerLink
from schema.domain.product import VariantKey, VariantKeyKind
from schema.domain.reference import SourceRef
from schema.domain.scope import Actor
from tests.unit.gateway.engine.systems import MemorySystem, NoSettings

CONTEXT = CallContext(time.monotonic() + 60, Actor("test", "system"), "t")


class Told:
    """Tells with what its methods were called."""

    def __getattr__(self, name: str) -> Any:
        async def method(_: CallContext, *values: Any, **named: Any) -> Any:
            return (*values, *named.items())

        return method


def _kind(*ports: str) -> ConnectorType:
    manifest = Manifest(id="shop", version="1.0.0", title="Shop")
    return ConnectorType("shop", MemorySystem, NoSettings, manifest, frozenset(ports))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            Question("customers", ("7", "email:a@b.example")),
            (
                [
                    CustomerKey(CustomerKeyKind.ID, "7"),
                    CustomerKey(CustomerKeyKind.EMAIL, "a@b.example"),
                ],
            ),
        ),
        (
            Question("variants", ("A-1", "GTIN:4901234567894")),
            (
                [
                    VariantKey(VariantKeyKind.SKU, "A-1"),
                    VariantKey(VariantKeyKind.GTIN, "4901234567894"),
                ],
            ),
        ),
        (
            Question("loyalty", ("7", "MEMBERSHIP:9")),
            ([CustomerLink(ref=SourceRef("crm", "7")), CustomerLink(membership="9")],),
        ),
        (Question("orders_of", ("7",), limit=3), ([CustomerLink(ref=SourceRef("crm", "7"))], 3)),
        (Question("orders", ("A", "B")), (("A", "B"),)),
        (Question("stock_levels", ("A",), ("ginza",)), (("A",), ("ginza",))),
        (Question("stores"), (None,)),
        (Question("changed_since", ("c1",), limit=5), ("c1", 5)),
        (Question("changed_since", limit=5), (None, 5)),
        (Question("readers"), (None, None)),
        (Question("reader", ("tmr_1",)), ("tmr_1", None)),
        (Question("probe"), ()),
    ],
)
async def test_keys_become_what_the_method_takes(question: Question, expected: Any) -> None:
    """A key without a kind is of the usual one; an id is the source's own."""
    assert expected == await put(Told(), CONTEXT, question, source="crm")


@pytest.mark.parametrize(
    ("method", "key"), [("customers", "MAIL:x"), ("loyalty", "EMAIL:"), ("variants", "EAN:1")]
)
async def test_a_key_of_an_unknown_kind_is_refused(method: str, key: str) -> None:
    """With the kinds that there are."""
    with pytest.raises(ValueError, match="expected a key as KIND:value, where KIND is one of"):
        await put(Told(), CONTEXT, Question(method, (key,)), source="crm")


# What they tell is for payments alone: webhooks, readers to be named, the provider's books.
UNASKED = {"EventSource", "PaymentLedger", "ReaderRegistry"}


@pytest.mark.parametrize("port", sorted(PORTS))
def test_every_port_that_reads_can_be_asked(port: str) -> None:
    """Those that only write say so: this command changes nothing."""
    if methods(port, writes=False) and port not in UNASKED:
        assert method_of(_kind(port), port, None) in methods(port, writes=False)
    else:
        with pytest.raises(LookupError, match="this command only reads"):
            method_of(_kind(port), port, None)


def test_a_write_cannot_be_asked_by_name() -> None:
    """Not even where the port reads as well."""
    with pytest.raises(LookupError, match="no method of TerminalDriver that reads"):
        method_of(_kind("TerminalDriver"), "TerminalDriver", "refund")
