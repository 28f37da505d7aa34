from typing import Any

from connectors.sdk.manifest import Manifest
from connectors.sdk.registry import ConnectorType
from gateway.cli.connector.survey import near_misses
from tests.unit.gateway.engine.systems import MemorySystem, NoSettings


class Half:
    """Has some of a port's methods, and another port's in a form that cannot be called."""

    async def orders(self, ctx: Any, ids: Any) -> Any:
        """Read by id, and by nothing else."""

    def loyalty(self, ctx: Any, customers: Any) -> Any:
        """Cannot be awaited."""

    async def stock_levels(self, ctx: Any, sku: str) -> Any:
        """Take one SKU."""


def _told(connector: Any) -> list[str]:
    manifest = Manifest(id="half", version="1.0.0", title="Half")
    kind = ConnectorType("half", connector, NoSettings, manifest, frozenset())
    return list(near_misses(kind))


def test_a_port_that_is_nearly_offered_is_told() -> None:
    """A missing method would leave the whole port out, without a word."""
    assert [
        "loyalty: expected `async def`, as LoyaltyReader has it",
        (
            "orders: OrderReader needs orders_by_number, order_page, orders_of as well,"
            " so it is not offered"
        ),
        "stock_levels: expected the parameters ctx, skus, stores, as StockReader has it",
    ] == _told(Half)


def test_a_right_class_is_let_through() -> None:
    """Whatever its parameters are called."""
    assert [] == _told(MemorySystem)
