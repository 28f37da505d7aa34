"""The part of the provider in miniature that registers and names readers."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from msgspec.structs import replace

from connectors.sdk.context import CallContext
from connectors.sdk.reader_registry import ReaderRegistration
from connectors.sdk.terminal import ReaderState
from schema.domain.errors import Rejected
from schema.domain.payment_method import PaymentMethodKind
from schema.domain.reader import ReaderStatus

T = TypeVar("T")


class _Terminal(Protocol):
    """What the calls stand on."""

    slots: dict[str, ReaderState]

    async def _call(self, method: str, ctx: CallContext, effect: Callable[[], T]) -> T: ...

    def _slot(self, device: str) -> ReaderState: ...


class ScriptedRegistry:
    """Implements `connectors.sdk.ports.ReaderRegistry`.

    Codes that begin with `simulated-` are readers'.
    """

    def reader_methods(
        self,
        device_type: str | None,
        currency: str,
    ) -> Sequence[PaymentMethodKind]:
        """See `ReaderRegistry.reader_methods`."""
        cards = [PaymentMethodKind.CARD]
        return [*cards, PaymentMethodKind.PAYNOW] if currency == "SGD" else cards

    async def register_reader(
        self: _Terminal, ctx: CallContext, registration: ReaderRegistration
    ) -> ReaderState:
        """See `ReaderRegistry.register_reader`."""

        def register() -> ReaderState:
            if not registration.code.startswith("simulated-"):
                raise Rejected("no such code", reason="registration_code")
            device = f"tmr_new_{len(self.slots)}"
            self.slots[device] = ReaderState(
                device, registration.label, registration.location, ReaderStatus.ONLINE, "simulated"
            )
            return self.slots[device]

        return await self._call("register_reader", ctx, register)

    async def rename_reader(
        self: _Terminal, ctx: CallContext, reader: str, label: str, account: str | None
    ) -> ReaderState:
        """See `ReaderRegistry.rename_reader`."""

        def rename() -> ReaderState:
            self.slots[reader] = replace(self._slot(reader), label=label)
            return self.slots[reader]

        return await self._call("rename_reader", ctx, rename)
