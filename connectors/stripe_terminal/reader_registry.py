"""Stripe's readers as things: they are registered, and named."""

from collections.abc import Sequence
from typing import Any, Protocol

import stripe

from connectors.sdk.context import CallContext
from connectors.sdk.reader_registry import ReaderRegistration
from connectors.sdk.terminal import ReaderState
from connectors.stripe_terminal import mapping
from connectors.stripe_terminal.answers import answered, content_of
from connectors.stripe_terminal.reader_methods import reader_methods
from schema.domain.payment_method import PaymentMethodKind


class _Client(Protocol):
    """What the calls stand on."""

    @property
    def _stripe(self) -> stripe.StripeClient: ...

    def _writing(self, ctx: CallContext, account: str | None) -> stripe.RequestOptions: ...


class StripeReaderRegistry:
    """Implements `connectors.sdk.ports.ReaderRegistry`, as a part of `StripeTerminal`."""

    def reader_methods(
        self: _Client, device_type: str | None, currency: str
    ) -> Sequence[PaymentMethodKind]:
        """See `ReaderRegistry.reader_methods`."""
        return reader_methods(device_type, currency)

    async def register_reader(
        self: _Client, ctx: CallContext, registration: ReaderRegistration
    ) -> ReaderState:
        """See `ReaderRegistry.register_reader`."""
        params: stripe.params.terminal.ReaderCreateParams = {
            "registration_code": registration.code,
            "location": registration.location,
            "label": registration.label,
        }
        options = self._writing(ctx, registration.account)
        create = self._stripe.v1.terminal.readers.create_async
        return await answered(ctx, lambda: create(params, options), _reader, write=True)

    async def rename_reader(
        self: _Client, ctx: CallContext, reader: str, label: str, account: str | None
    ) -> ReaderState:
        """See `ReaderRegistry.rename_reader`."""
        options = self._writing(ctx, account)
        update = self._stripe.v1.terminal.readers.update_async
        return await answered(
            ctx, lambda: update(reader, {"label": label}, options), _reader, write=True
        )


def _reader(found: Any) -> ReaderState:
    return mapping.reader_state(content_of(found))
