"""Every call that the simulator answers."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from connectors.stripe_terminal.simulator import payment_calls, reader_calls, refund_calls
from connectors.stripe_terminal.simulator.form import Form
from connectors.stripe_terminal.simulator.world import World

Run = Callable[[World, str, Form], dict[str, Any]]

_HELPERS = "/v1/test_helpers/terminal/readers/{id}"
_INTENTS = "/v1/payment_intents"
_LOCATIONS = "/v1/terminal/locations"
_READERS = "/v1/terminal/readers"


class Operation(Struct, frozen=True):
    """One call. `run` is given the id in the path and the parameters; its name is `run`'s."""

    method: str
    path: str
    run: Run

    @property
    def name(self) -> str:
        """How faults and counts call it."""
        return self.run.__name__


_ALL = (
    Operation("GET", _LOCATIONS, reader_calls.list_locations),
    Operation("GET", f"{_LOCATIONS}/{{id}}", reader_calls.retrieve_location),
    Operation("GET", _READERS, reader_calls.list_readers),
    Operation("GET", f"{_READERS}/{{id}}", reader_calls.retrieve_reader),
    Operation(
        "POST", f"{_READERS}/{{id}}/process_payment_intent", reader_calls.process_payment_intent
    ),
    Operation("POST", f"{_READERS}/{{id}}/cancel_action", reader_calls.cancel_action),
    Operation("POST", f"{_READERS}/{{id}}/set_reader_display", reader_calls.set_reader_display),
    Operation("POST", f"{_HELPERS}/present_payment_method", reader_calls.present_payment_method),
    Operation("GET", _INTENTS, payment_calls.list_payment_intents),
    Operation("POST", _INTENTS, payment_calls.create_payment_intent),
    Operation("GET", f"{_INTENTS}/{{id}}", payment_calls.retrieve_payment_intent),
    Operation("POST", f"{_INTENTS}/{{id}}/capture", payment_calls.capture_payment_intent),
    Operation("POST", f"{_INTENTS}/{{id}}/cancel", payment_calls.cancel_payment_intent),
    Operation("GET", "/v1/charges/{id}", payment_calls.retrieve_charge),
    Operation("GET", "/v1/refunds", refund_calls.list_refunds),
    Operation("POST", "/v1/refunds", refund_calls.create_refund),
    Operation("GET", "/v1/refunds/{id}", refund_calls.retrieve_refund),
)
OPERATIONS: Mapping[str, Operation] = {operation.name: operation for operation in _ALL}
