"""Readers that are registered and named: the connector against the simulator."""

import pytest

from connectors.sdk.ports import ReaderRegistry
from connectors.sdk.reader_registry import ReaderRegistration
from connectors.stripe_terminal.client import StripeTerminal
from schema.domain.errors import NotFound, Rejected
from schema.domain.reader import ReaderStatus
from tests.unit.connectors.stripe_terminal.simulator.account import FRONT
from tests.unit.connectors.stripe_terminal.simulator.test_driver import call, driver

__all__ = ["driver"]

LIFT = ReaderRegistration("simulated-s700", "tml_ginza", "Lift")


def test_it_offers_all_of_the_port(driver: StripeTerminal) -> None:
    """The registry of connectors finds it by its methods."""
    assert isinstance(driver, ReaderRegistry)


async def test_a_reader_is_registered_once_for_its_key(driver: StripeTerminal) -> None:
    """Where it was meant to stand, under its label; a repeated call finds the same one."""
    first = await driver.register_reader(call("r:1"), LIFT)
    same = await driver.register_reader(call("r:1"), LIFT)
    listed = await driver.readers(call(), "tml_ginza", None)

    assert ("Lift", "tml_ginza", ReaderStatus.ONLINE) == (
        first.label,
        first.location,
        first.status,
    )
    assert "simulated_stripe_s700" == first.device_type
    assert first.serial_number
    assert first == same
    assert 1 == [it.id for it in listed].count(first.id)


async def test_a_code_that_no_reader_shows_is_told_as_such(driver: StripeTerminal) -> None:
    """Stripe gives no code of its own for it, but names the parameter."""
    wrong = ReaderRegistration("red-green-blue", "tml_ginza", "Lift")
    with pytest.raises(Rejected) as raised:
        await driver.register_reader(call("r:1"), wrong)

    assert "registration_code" == raised.value.reason


async def test_a_place_that_is_none_is_not_found(driver: StripeTerminal) -> None:
    """The configuration names it wrongly."""
    with pytest.raises(NotFound):
        await driver.register_reader(
            call("r:1"), ReaderRegistration("simulated-s700", "tml_nowhere", "Lift")
        )


async def test_a_reader_of_another_country_is_rejected(driver: StripeTerminal) -> None:
    """Stripe's own code says so: in Japan the simulated S700 alone is taken."""
    with pytest.raises(Rejected) as raised:
        await driver.register_reader(
            call("r:1"), ReaderRegistration("simulated-wpe", "tml_ginza", "Lift")
        )

    assert "terminal_reader_invalid_location_for_activation" == raised.value.reason


async def test_a_reader_is_labelled_anew(driver: StripeTerminal) -> None:
    """And listed so."""
    renamed = await driver.rename_reader(call("n:1"), FRONT, "Main till", None)
    listed = await driver.readers(call(), "tml_ginza", None)

    assert (FRONT, "Main till") == (renamed.id, renamed.label)
    assert "Main till" in [it.label for it in listed]


async def test_a_reader_that_is_gone_is_not_renamed(driver: StripeTerminal) -> None:
    """It was thrown away at Stripe."""
    with pytest.raises(NotFound):
        await driver.rename_reader(call("n:1"), "tmr_gone", "Main till", None)
