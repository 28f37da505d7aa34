"""The payment provider, as it is told of readers and asked about them."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from connectors.sdk.context import CallContext
from connectors.sdk.ports import ReaderRegistry, TerminalDriver
from connectors.sdk.reader_registry import ReaderRegistration
from connectors.sdk.terminal import ReaderState
from gateway.payments.provider import Provider, Watched
from gateway.payments.timing import Timing
from schema.domain.errors import Unsupported
from schema.domain.payment_method import PaymentMethodKind

T = TypeVar("T")


class ReaderProvider(Provider):
    """Calls the driver with a deadline, under keys that the journal's rows tell. See `Provider`.

    A provider that has no registry of readers raises `Unsupported` where one is needed.
    """

    def __init__(
        self, driver: TerminalDriver, name: str, timing: Timing, watched: Watched | None = None
    ) -> None:
        super().__init__(driver, name, timing, watched)
        self._registry = driver if isinstance(driver, ReaderRegistry) else None

    def methods(self, device_type: str | None, currency: str) -> Sequence[PaymentMethodKind]:
        """What a customer may pay with at a reader. Asks nobody."""
        if self._registry is None:
            return [PaymentMethodKind.CARD]
        return self._registry.reader_methods(device_type, currency)

    async def register(self, key: str, registration: ReaderRegistration) -> ReaderState:
        """Make a reader known. See `ReaderRegistry.register_reader`."""
        return await self._told(key, lambda to, ctx: to.register_reader(ctx, registration))

    async def rename(self, key: str, device: str, label: str, account: str | None) -> ReaderState:
        """Label a reader anew. See `ReaderRegistry.rename_reader`."""
        return await self._told(key, lambda to, ctx: to.rename_reader(ctx, device, label, account))

    async def clear_device(self, key: str, device: str, account: str | None) -> ReaderState:
        """Clear a reader, whatever it shows. See `TerminalDriver.cancel_action`."""
        return await self._write(
            key, key, lambda ctx: self._driver.cancel_action(ctx, device, account)
        )

    async def _told(
        self, key: str, tell: Callable[[ReaderRegistry, CallContext], Awaitable[T]]
    ) -> T:
        registry = self._registry
        if registry is None:
            raise Unsupported("the provider has no registry of readers", source=self.name)
        return await self._write(key, key, lambda ctx: tell(registry, ctx))
