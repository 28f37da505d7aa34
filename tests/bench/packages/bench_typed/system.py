"""What the four connectors have in common: one kind of call, and money as the systems write it."""

from decimal import Decimal
from functools import lru_cache
from typing import Any, ClassVar, TypeVar

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from connectors.sdk.context import CallContext
from connectors.sdk.http import checked
from connectors.sdk.manifest import Limits, Manifest
from connectors.sdk.reading import drift
from connectors.sdk.source import SourceContext
from schema.domain.money import Money

T = TypeVar("T")

_CENTS = 2


class SystemConfig(BaseModel):
    """Where a system is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str = Field(description="Its address.")


def manifest(name: str, title: str) -> Manifest:
    """The manifest of one of the four."""
    limits = Limits(batch_max=200, concurrency=64, timeout_s=5)
    return Manifest(id=f"bench_typed_{name}", version="1.0.0", title=title, limits=limits)


class System:
    """One system over HTTP. Concurrency: any number of callers."""

    Config: ClassVar[type[BaseModel]] = SystemConfig
    PROBE: ClassVar[tuple[str, dict[str, str]]]

    def __init__(self, config: Any, context: SourceContext) -> None:
        self.source = context.name
        self._http = context.http.client(config.base_url, context.limits)

    async def probe(self, ctx: CallContext) -> None:
        """See `Connector.probe`."""
        path, params = self.PROBE
        checked(await self._http.request(ctx, "GET", path, params=params))

    async def aclose(self) -> None:
        """See `Connector.aclose`."""
        await self._http.aclose()

    async def ask(
        self,
        ctx: CallContext,
        path: str,
        params: dict[str, str],
        decoder: "msgspec.json.Decoder[T]",
    ) -> T:
        """One answer, decoded."""
        response = checked(await self._http.request(ctx, "GET", path, params=params))
        try:
            return decoder.decode(response.body)
        except msgspec.DecodeError:
            raise drift(path, "not of the expected form") from None


@lru_cache(4_096)
def money(text: str, currency: str) -> Money:
    """An amount with its decimals."""
    if text[-_CENTS - 1 : -_CENTS] == ".":
        return Money(int(text[: -_CENTS - 1] + text[-_CENTS:]), currency)
    return Money.of(Decimal(text), currency)
