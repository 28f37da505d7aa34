"""Readers as things: they are registered, renamed, unplugged and thrown away."""

from collections.abc import Mapping

from connectors.stripe_terminal.simulator import slot
from connectors.stripe_terminal.simulator.records import Location, Reader
from connectors.stripe_terminal.simulator.refusal import Refusal, missing, wrong_parameter
from connectors.stripe_terminal.simulator.world import World

# Where smart readers take payments. Source: https://docs.stripe.com/terminal/payments/regional.
# fmt: off
COUNTRIES = frozenset((
    "AT", "AU", "BE", "CA", "CH", "CZ", "DE", "DK", "ES", "FI", "FR", "GB", "IE", "IT", "JP", "LU",
    "MY", "NL", "NO", "NZ", "PL", "PT", "SE", "SG", "US",
))
# fmt: on
_CODES: Mapping[str, str] = {
    "simulated-wpe": "simulated_wisepos_e",
    "simulated-s700": "simulated_stripe_s700",
    "simulated-s710": "simulated_stripe_s710",
    "simulated-v660p": "simulated_verifone_v660p",
}
_IN_JAPAN = "simulated_stripe_s700"


def check_country(country: str) -> None:
    """Refuse a place where no reader takes payments.

    Raises:
        Refusal: There are none in this country.
    """
    if country.upper() not in COUNTRIES:
        raise Refusal(
            "Terminal is not available in this country.",
            code="terminal_location_country_unsupported",
            param="address[country]",
        )


def register(world: World, code: str, location: Location, label: str | None) -> Reader:
    """Make a reader known by the code that it shows.

    Raises:
        Refusal: There is no such code, or the reader is not for this place.
    """
    kind = _CODES.get(code)
    if kind is None:
        raise wrong_parameter(
            "The registration code is none of a simulated reader's.", param="registration_code"
        )
    if location.country.upper() == "JP" and kind != _IN_JAPAN:
        raise Refusal(
            "This reader cannot be activated at this location.",
            code="terminal_reader_invalid_location_for_activation",
            param="location",
        )
    name = world.new_id("tmr")
    serial = f"{code}-{name[4:]}"
    reader = Reader(
        id=name,
        label=label or serial,
        location=location.id,
        device_type=kind,
        serial_number=serial,
    )
    world.readers[name] = reader
    return reader


def unplug(world: World, reader: Reader) -> None:
    """Pull the plug: nobody hears of it, and what it did stays as it is."""
    if reader.unplugged_at is None:
        reader.unplugged_at = world.now


def plug_in(reader: Reader) -> None:
    """Plug it in again. What was in its slot stays there until a person clears it."""
    reader.unplugged_at = None
    reader.is_broken = False


def press_cancel(world: World, reader: Reader) -> None:
    """Let the customer press the button that calls off what waits.

    Raises:
        Refusal: Nothing waits, or there is no such button.
    """
    slot.reach(world, reader)
    action = reader.action
    if action is None or not action.waits or action.kind == slot.DISPLAY:
        raise Refusal("Nothing waits at the reader.")
    names = ("process_config", "collect_config", "refund_payment_config")
    configs = [action.detail.get(name) or {} for name in names]
    if any(it.get("enable_customer_cancellation") is False for it in configs):
        raise Refusal("The reader shows no button to cancel.")
    slot.fail(world, reader, action, "customer_canceled", "The customer canceled.")


def reader_of(world: World, name: str) -> Reader:
    """The reader that a path names."""
    if name not in world.readers:
        raise missing("terminal.reader", name, param="reader", status=404)
    return world.readers[name]
