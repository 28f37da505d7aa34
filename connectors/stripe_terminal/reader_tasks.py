"""What Stripe's readers do besides payments: they show carts, ask for inputs and keep cards."""

from typing import Any, Literal, Protocol

import stripe

from connectors.sdk.context import CallContext
from connectors.sdk.reader_task import (
    InputsRequest,
    SetupProcess,
    SetupRequest,
    SetupState,
    TaskReader,
)
from connectors.stripe_terminal import reader_task_mapping as mapping
from connectors.stripe_terminal.answers import answered, content_of
from schema.domain.reader_task import Cart, Redisplay

_REDISPLAY: dict[Redisplay, Literal["always", "limited", "unspecified"]] = {
    Redisplay.ALWAYS: "always",
    Redisplay.LIMITED: "limited",
    Redisplay.UNSPECIFIED: "unspecified",
}
_EXPAND = ["latest_attempt"]


class _Client(Protocol):
    """What the calls stand on."""

    @property
    def _stripe(self) -> stripe.StripeClient: ...

    def _reading(self, account: str | None) -> stripe.RequestOptions: ...

    def _writing(self, ctx: CallContext, account: str | None) -> stripe.RequestOptions: ...


class StripeReaderTasks:
    """Implements `connectors.sdk.ports.ReaderTaskDriver`, as a part of `StripeTerminal`."""

    async def task_reader(
        self: _Client, ctx: CallContext, reader: str, account: str | None
    ) -> TaskReader:
        """See `ReaderTaskDriver.task_reader`."""
        retrieve = self._stripe.v1.terminal.readers.retrieve_async
        return await answered(ctx, lambda: retrieve(reader, options=self._reading(account)), _form)

    async def show_cart(
        self: _Client, ctx: CallContext, reader: str, cart: Cart, account: str | None
    ) -> TaskReader:
        """See `ReaderTaskDriver.show_cart`."""
        params, options = mapping.cart_params(cart), self._writing(ctx, account)
        show = self._stripe.v1.terminal.readers.set_reader_display_async
        return await answered(ctx, lambda: show(reader, params, options), _form, write=True)

    async def collect_inputs(
        self: _Client, ctx: CallContext, reader: str, request: InputsRequest
    ) -> TaskReader:
        """See `ReaderTaskDriver.collect_inputs`."""
        params: stripe.params.terminal.ReaderCollectInputsParams = {
            "inputs": [mapping.input_params(it) for it in request.inputs],
            "metadata": {mapping.REFERENCE: request.reference},
        }
        options = self._writing(ctx, request.account)
        collect = self._stripe.v1.terminal.readers.collect_inputs_async
        return await answered(ctx, lambda: collect(reader, params, options), _form, write=True)

    async def create_payer(
        self: _Client, ctx: CallContext, reference: str, account: str | None
    ) -> str:
        """See `ReaderTaskDriver.create_payer`. Stripe hears nothing about them but our name."""
        options = self._writing(ctx, account)
        create = self._stripe.v1.customers.create_async
        return await answered(
            ctx,
            lambda: create({"metadata": {"tillgraph_customer": reference}}, options),
            lambda found: str(content_of(found)["id"]),
            write=True,
        )

    async def create_setup(self: _Client, ctx: CallContext, request: SetupRequest) -> SetupState:
        """See `ReaderTaskDriver.create_setup`."""
        params: stripe.params.SetupIntentCreateParams = {
            "allowed_payment_method_types": ["card_present"],
            "customer": request.customer,
            "usage": "off_session",
            "metadata": {mapping.REFERENCE: request.reference},
        }
        options = self._writing(ctx, request.account)
        create = self._stripe.v1.setup_intents.create_async
        return await answered(ctx, lambda: create(params, options), _setup, write=True)

    async def setup(self: _Client, ctx: CallContext, setup: str, account: str | None) -> SetupState:
        """See `ReaderTaskDriver.setup`."""
        options = self._reading(account)
        retrieve = self._stripe.v1.setup_intents.retrieve_async
        content = await answered(
            ctx, lambda: retrieve(setup, {"expand": _EXPAND}, options), content_of
        )
        name = mapping.generated_card(content)
        if name is None:
            return mapping.setup_state(content)
        method = self._stripe.v1.payment_methods.retrieve_async
        card = await answered(
            ctx,
            lambda: method(name, options=options),
            lambda found: mapping.saved_card(content_of(found)),
        )
        return mapping.setup_state(content, card)

    async def process_setup(
        self: _Client, ctx: CallContext, reader: str, request: SetupProcess
    ) -> TaskReader:
        """See `ReaderTaskDriver.process_setup`."""
        params: stripe.params.terminal.ReaderProcessSetupIntentParams = {
            "setup_intent": request.setup,
            "allow_redisplay": _REDISPLAY[request.redisplay],
            "process_config": {"enable_customer_cancellation": True},
        }
        options = self._writing(ctx, request.account)
        process = self._stripe.v1.terminal.readers.process_setup_intent_async
        return await answered(ctx, lambda: process(reader, params, options), _form, write=True)

    async def cancel_setup(
        self: _Client, ctx: CallContext, setup: str, account: str | None
    ) -> SetupState:
        """See `ReaderTaskDriver.cancel_setup`."""
        options = self._writing(ctx, account)
        cancel = self._stripe.v1.setup_intents.cancel_async
        return await answered(ctx, lambda: cancel(setup, options=options), _setup, write=True)


def _form(found: Any) -> TaskReader:
    return mapping.task_reader(content_of(found))


def _setup(found: Any) -> SetupState:
    return mapping.setup_state(content_of(found))
