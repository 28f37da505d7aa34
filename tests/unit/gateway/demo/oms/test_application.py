"""The OMS as its callers meet it."""

from pathlib import Path

import pytest

import connectors.kasane_oms
import gateway.demo.oms
from connectors.sdk.envelope import ServiceDescription
from gateway.demo.process import Fault
from tests.unit.gateway.demo.oms.caller import Caller, code_of, texts

EXAMPLE = "http://oms.kasane.example"
SOAP = 'xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"'


async def test_the_description_names_its_own_address(caller: Caller, tmp_path: Path) -> None:
    """It needs no key, and can be read by a SOAP library."""
    async with caller.session.get(f"{caller.url}?wsdl") as response:
        text = await response.text()
    file = tmp_path / "served.wsdl"
    file.write_text(text, encoding="utf-8")

    assert f'location="{caller.url}"' in text
    assert EXAMPLE not in text
    body, action = ServiceDescription(file).request("Ping", {})
    assert b"urn:kasane:oms:4" in body
    assert '"urn:kasane:oms:4#Ping"' == action


async def test_without_its_question_mark_there_is_nothing_to_read(caller: Caller) -> None:
    """The address takes messages."""
    async with caller.session.get(caller.url) as response:
        assert 405 == response.status


def test_the_connector_has_the_description_of_this_oms() -> None:
    """Its copy, as an integrator would get one."""
    ours, theirs = (
        (Path(str(package.__file__)).parent / "order_service.wsdl").read_bytes()
        for package in (gateway.demo.oms, connectors.kasane_oms)
    )

    assert ours == theirs


async def test_calls_are_counted_by_operation(caller: Caller) -> None:
    """Those that are refused as well."""
    await caller.asks("Ping")
    await caller.asks("GetOrders", "<id>70000001</id>")
    await caller.fault("GetOrders", key="guess")

    assert {"Ping": 1, "GetOrders": 2} == dict(caller.conduct.calls)


@pytest.mark.parametrize("key", ["", "guess", "KASANE-OMS"])
async def test_a_key_that_is_not_the_right_one(caller: Caller, key: str) -> None:
    """Is a fault with the HTTP status 200."""
    assert "soap:Client.Authentication" == await caller.fault("Ping", key=key)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>",
        "<html/>",
        f"<s:Envelope {SOAP}><s:Body/></s:Envelope>",
        f"<s:Envelope {SOAP}><s:Body><Ping/></s:Body></s:Envelope>",
    ],
)
async def test_what_is_no_message_is_a_fault(caller: Caller, body: str) -> None:
    """An empty body, HTML, no operation, and one of another namespace."""
    assert "soap:Client" == code_of(await caller.says(body))


async def test_an_entity_is_not_expanded(caller: Caller) -> None:
    """A document that grows, or reads a file, does neither."""
    message = (
        '<!DOCTYPE a [<!ENTITY e "70000001">]>'
        f'<s:Envelope {SOAP} xmlns="urn:kasane:oms:4">'
        "<s:Body><GetOrders><id>&e;</id></GetOrders></s:Body></s:Envelope>"
    )

    assert [] == texts(await caller.says(message), "number")


async def test_it_can_babble(caller: Caller) -> None:
    """A proxy's page comes instead of every answer, with status 200."""
    caller.conduct.fault = Fault("wrong")
    async with caller.session.post(caller.url) as response:
        assert (200, "text/html") == (response.status, response.content_type)
