"""Readers and places as things, over a real port and with the official package."""

from typing import Any

import pytest

from connectors.stripe_terminal.simulator import fleet
from connectors.stripe_terminal.simulator.refusal import Refusal
from tests.unit.connectors.stripe_terminal.simulator.account import (
    FRONT,
    Account,
    code,
    refusal,
)
from tests.unit.connectors.stripe_terminal.simulator.till import Till


async def place(account: Account, country: str = "SG") -> str:
    """A new place; its id."""
    content: Any = {
        "display_name": "Orchard",
        "address": {"country": country, "line1": "1 Orchard Road"},
    }
    return (await account.stripe.v1.terminal.locations.create_async(content)).id


async def test_a_reader_from_its_first_day_to_its_last(account: Account) -> None:
    """Registered, renamed, used, and forgotten, with its place after it."""
    where = await place(account)
    params: Any = {"registration_code": "simulated-wpe", "location": where}
    reader = await account.readers.create_async({**params, "metadata": {"floor": "1"}})
    named = await account.readers.update_async(reader.id, {"label": "Till 1"})
    await account.process(await account.intent(500, currency="sgd"), reader.id)
    locations = account.stripe.v1.terminal.locations
    kept = await refusal(locations.delete_async(where))
    gone = await account.readers.delete_async(reader.id)
    await locations.delete_async(where)

    assert ("simulated_wisepos_e", reader.serial_number) == (reader.device_type, reader.label)
    assert ("Till 1", {"floor": "1"}) == (named.label, named.metadata.to_dict())
    assert 400 == kept.http_status
    assert gone.deleted
    assert 404 == (await refusal(account.readers.retrieve_async(reader.id))).http_status
    assert 404 == (await refusal(locations.retrieve_async(where))).http_status


async def test_places_change_but_for_their_country(account: Account) -> None:
    """The rest of the address may."""
    where = await place(account)
    locations = account.stripe.v1.terminal.locations
    content: Any = {"display_name": "Orchard 2", "address": {"line2": "Unit 7"}}
    changed = await locations.update_async(where, content)
    moved = await refusal(locations.update_async(where, {"address": {"country": "MY"}}))

    assert ("Orchard 2", "1 Orchard Road", "Unit 7") == (
        changed.display_name,
        changed.address.line1,
        changed.address.line2,
    )
    assert 400 == moved.http_status


async def test_a_place_in_japan_is_written_in_japanese(account: Account) -> None:
    """Without an address in Latin letters."""
    content: Any = {
        "display_name_kanji": "銀座",
        "address_kanji": {"country": "JP", "town": "銀座四丁目"},
    }
    made = await account.stripe.v1.terminal.locations.create_async(content)

    assert ("銀座", "JP", "銀座四丁目") == (
        made.display_name,
        made.address.country,
        getattr(made, "address_kanji").town,  # noqa: B009 - the package has no type for it
    )


async def test_readers_that_cannot_be_registered(account: Account) -> None:
    """By an unknown code, nowhere, or in Japan, where there is one kind of them."""
    create = account.readers.create_async
    wrong: Any = [
        ({"registration_code": "none", "location": "tml_ginza"}, None),
        ({"registration_code": "simulated-s700", "location": "tml_none"}, "resource_missing"),
        (
            {"registration_code": "simulated-wpe", "location": "tml_ginza"},
            "terminal_reader_invalid_location_for_activation",
        ),
    ]
    for params, wanted in wrong:
        assert wanted == code(await refusal(create(params)))

    good: Any = {"registration_code": "simulated-s700", "location": "tml_ginza", "label": "Till 9"}
    assert "Till 9" == (await create(good)).label


async def test_places_that_cannot_be(account: Account) -> None:
    """Where no reader takes payments, or with something left out."""
    unknown = await refusal(place(account, "BR"))
    create = account.stripe.v1.terminal.locations.create_async
    nameless: Any = {"address": {"country": "SG"}}
    errors = [await refusal(create(nameless)), await refusal(create({"display_name": "x"}))]

    assert "terminal_location_country_unsupported" == code(unknown)
    assert ["display_name", "address[country]"] == [getattr(it, "param", None) for it in errors]


async def test_readers_are_listed_by_what_they_are(account: Account) -> None:
    """And by whether they are heard of, which takes two minutes to notice."""
    await account.command("POST", f"/readers/{FRONT}/unplug", {})
    await account.command("POST", "/clock/advance", {"seconds": 121})
    listed = account.readers.list_async
    offline = await listed({"status": "offline"})
    online = await listed({"status": "online", "device_type": "simulated_stripe_s700"})

    assert [FRONT] == [it.id for it in offline.data]
    assert 2 == len(online.data)
    assert [] == (await listed({"serial_number": "none"})).data


def test_a_plug_is_pulled_once() -> None:
    """The time since then counts."""
    till = Till()
    fleet.unplug(till.world, till.reader)
    till.passes(100)
    fleet.unplug(till.world, till.reader)
    till.passes(21)

    assert "offline" == till.ask("retrieve_reader", till.reader.id)["status"]
    fleet.plug_in(till.reader)
    assert "online" == till.ask("retrieve_reader", till.reader.id)["status"]


def test_a_reader_that_is_busy_is_not_forgotten() -> None:
    """Its card's approval is on the way."""
    till = Till()
    till.waiting()
    till.ask("present_payment_method", till.reader.id)
    with pytest.raises(Refusal):
        till.ask("delete_reader", till.reader.id)

    assert "terminal_reader_busy" == till.refused("delete_reader", till.reader.id)["code"]
