"""Every call that the simulator answers."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from connectors.stripe_terminal.simulator.calls import (
    actions,
    charges,
    customers,
    events,
    keepers,
    locations,
    payments,
    readers,
    refunds,
    setup_intents,
)
from connectors.stripe_terminal.simulator.form import Form
from connectors.stripe_terminal.simulator.world import World

Run = Callable[[World, str, Form], dict[str, Any]]

_CUSTOMERS = "/v1/customers"
_ENDPOINTS = "/v1/webhook_endpoints"
_HELPERS = "/v1/test_helpers/terminal/readers/{id}"
_INTENTS = "/v1/payment_intents"
_LOCATIONS = "/v1/terminal/locations"
_READERS = "/v1/terminal/readers"
_REFUNDS = "/v1/refunds"
_SETUPS = "/v1/setup_intents"


class Operation(Struct, frozen=True):
    """One call. `run` is given the id in the path and the parameters; its name is `run`'s.

    `is_at_reader` where the answer waits for the reader's own.
    """

    method: str
    path: str
    run: Run
    is_at_reader: bool = False

    @property
    def name(self) -> str:
        """How faults and counts call it."""
        return self.run.__name__


def _at_reader(run: Run) -> Operation:
    return Operation("POST", f"{_READERS}/{{id}}/{run.__name__}", run, is_at_reader=True)


_ALL = (
    Operation("GET", _LOCATIONS, locations.list_locations),
    Operation("POST", _LOCATIONS, locations.create_location),
    Operation("GET", f"{_LOCATIONS}/{{id}}", locations.retrieve_location),
    Operation("POST", f"{_LOCATIONS}/{{id}}", locations.update_location),
    Operation("DELETE", f"{_LOCATIONS}/{{id}}", locations.delete_location),
    Operation("GET", _READERS, readers.list_readers),
    Operation("POST", _READERS, readers.create_reader),
    Operation("GET", f"{_READERS}/{{id}}", readers.retrieve_reader),
    Operation("POST", f"{_READERS}/{{id}}", readers.update_reader),
    Operation("DELETE", f"{_READERS}/{{id}}", readers.delete_reader),
    _at_reader(actions.process_payment_intent),
    _at_reader(actions.collect_payment_method),
    _at_reader(actions.confirm_payment_intent),
    _at_reader(actions.process_setup_intent),
    _at_reader(actions.refund_payment),
    _at_reader(actions.collect_inputs),
    _at_reader(actions.set_reader_display),
    _at_reader(actions.cancel_action),
    Operation("POST", f"{_HELPERS}/present_payment_method", customers.present_payment_method),
    Operation("POST", f"{_HELPERS}/succeed_input_collection", customers.succeed_input_collection),
    Operation("POST", f"{_HELPERS}/timeout_input_collection", customers.timeout_input_collection),
    Operation("GET", _INTENTS, payments.list_payment_intents),
    Operation("POST", _INTENTS, payments.create_payment_intent),
    Operation("GET", f"{_INTENTS}/search", payments.search_payment_intents),
    Operation("GET", f"{_INTENTS}/{{id}}", payments.retrieve_payment_intent),
    Operation("POST", f"{_INTENTS}/{{id}}", payments.update_payment_intent),
    Operation("POST", f"{_INTENTS}/{{id}}/confirm", payments.confirm_online),
    Operation("POST", f"{_INTENTS}/{{id}}/capture", payments.capture_payment_intent),
    Operation("POST", f"{_INTENTS}/{{id}}/cancel", payments.cancel_payment_intent),
    Operation(
        "POST", f"{_INTENTS}/{{id}}/increment_authorization", payments.increment_authorization
    ),
    Operation("GET", "/v1/charges", charges.list_charges),
    Operation("GET", "/v1/charges/{id}", charges.retrieve_charge),
    Operation("GET", "/v1/payment_methods/{id}", charges.retrieve_payment_method),
    Operation("GET", _REFUNDS, refunds.list_refunds),
    Operation("POST", _REFUNDS, refunds.create_refund),
    Operation("GET", f"{_REFUNDS}/{{id}}", refunds.retrieve_refund),
    Operation("POST", f"{_REFUNDS}/{{id}}", refunds.update_refund),
    Operation("POST", _CUSTOMERS, keepers.create_customer),
    Operation("GET", f"{_CUSTOMERS}/{{id}}", keepers.retrieve_customer),
    Operation("POST", _SETUPS, setup_intents.create_setup_intent),
    Operation("GET", f"{_SETUPS}/{{id}}", setup_intents.retrieve_setup_intent),
    Operation("POST", f"{_SETUPS}/{{id}}/cancel", setup_intents.cancel_setup_intent),
    Operation("GET", "/v1/events", events.list_events),
    Operation("GET", "/v1/events/{id}", events.retrieve_event),
    Operation("GET", _ENDPOINTS, events.list_webhook_endpoints),
    Operation("POST", _ENDPOINTS, events.create_webhook_endpoint),
    Operation("GET", f"{_ENDPOINTS}/{{id}}", events.retrieve_webhook_endpoint),
    Operation("DELETE", f"{_ENDPOINTS}/{{id}}", events.delete_webhook_endpoint),
)
OPERATIONS: Mapping[str, Operation] = {operation.name: operation for operation in _ALL}
