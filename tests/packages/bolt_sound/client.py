"""A connector that knows no SKU, and is always there."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from connectors.sdk.context import CallContext
from connectors.sdk.source import SourceContext
from schema.domain.errors import SourceError
from schema.domain.stock import StockRecord


class BoltSoundConfig(BaseModel):
    """Nothing to configure."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BoltSound:
    """The `StockReader` of an empty shelf."""

    Config: ClassVar[type[BaseModel]] = BoltSoundConfig

    def __init__(self, config: BoltSoundConfig, context: SourceContext) -> None:
        self._config = config
        self._name = context.name

    async def probe(self, ctx: CallContext) -> None:
        """See `Connector.probe`."""

    async def aclose(self) -> None:
        """See `Connector.aclose`."""

    async def stock_levels(
        self, ctx: CallContext, skus: Sequence[str], stores: Sequence[str] | None
    ) -> Mapping[str, Sequence[StockRecord] | SourceError]:
        """See `StockReader.stock_levels`."""
        return {}
