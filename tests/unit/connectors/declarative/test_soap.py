"""The sample OMS by a file alone: the same records as the connector that was written for it."""

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import connectors.kasane_oms
from connectors.declarative.model.request import SoapRequest
from connectors.declarative.model.source import SoapSource
from connectors.declarative.soap import SoapWire
from gateway.demo.process import Fault
from schema.domain.customer import CustomerLink
from schema.domain.errors import (
    Conflict,
    OutcomeUnknown,
    Rejected,
    SchemaDrift,
    Unavailable,
    Unsupported,
)
from schema.domain.order import Channel, OrderPosition, OrderQuery
from schema.domain.reference import SourceRef
from tests.unit.connectors.declarative.declared import declared
from tests.unit.connectors.declarative.listing import NOON
from tests.unit.connectors.declarative.places import call, surroundings
from tests.unit.connectors.kasane_oms.service import KEY, STORES, Service

WSDL = Path(connectors.kasane_oms.__file__).parent / "order_service.wsdl"
FILE = """
id: oms
version: 0.1.0
title: Sample OMS
config:
  base_url: {type: url, description: Address of the OMS}
  api_key: {type: secret, description: The key}
  stores: {type: map, description: Store code to branch number}
source:
  kind: soap
  wsdl: order_service.wsdl
  endpoint: /OrderService
  auth: {kind: header, name: X-Api-Key, value: "{config.api_key}"}
probe: {request: {operation: Ping}}
enums:
  channel: {"1": WEB, "2": APP, "3": SOCIAL, "4": CATALOG, "5": CALL_CENTER}
  currency: {"392": JPY, "702": SGD}
  status: {"10": OPEN, "20": OPEN, "30": PARTIALLY_FULFILLED, "40": FULFILLED,
    "50": PARTIALLY_RETURNED, "60": RETURNED, "90": CANCELED}
records:
  order:
    id: id
    number: number
    channel: {path: channel, enum: channel}
    placed_at: {path: placedAt, zone: Asia/Tokyo}
    status: {path: status, enum: status}
    total: {path: total, money: minor, currency: {path: currency, enum: currency}}
    paid: {path: paid, money: minor, currency: {path: currency, enum: currency}}
    store: {path: branch, map: stores}
    customer: {fields: {id: customerNo, email: {path: email, email: true},
      phone: {path: phone, region: JP}}}
    lines:
      each: line
      fields:
        sku: sku
        quantity: quantity
        title: title
        unit_price: {path: unitPrice, money: minor, currency: {value: JPY}}
        total: {path: amount, money: minor, currency: {value: JPY}}
ports:
  orders: {request: {operation: GetOrders, arguments: {id: "{keys}"}}, rows: order, match: id}
  order_page:
    request:
      operation: SearchOrders
      arguments: {placedFrom: "{after}", placedTo: "{before}", channel: "{channels}",
        branch: "{stores}", customerNo: "{ref}", page: "{page}", pageSize: "{limit}"}
    rows: order
    paging: {style: keyset, size_max: 100, total: total}
    filters: {stores: stores, channels: channel,
      times: {time: "%Y-%m-%dT%H:%M:%S", zone: Asia/Tokyo}}
"""


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    """A sample OMS of the test's own."""
    service = Service()
    await service.start()
    yield service
    await service.stop()


@pytest.fixture
async def oms(service: Service, tmp_path: Path) -> AsyncIterator[Any]:
    """The connector that the file describes."""
    shutil.copy(WSDL, tmp_path)
    config = {"base_url": service.url, "api_key": KEY, "stores": STORES}
    made = declared(tmp_path / "connector.yaml", FILE, config, name="oms")
    yield made
    await made.aclose()


def a_wire(service: Service, **keys: Any) -> SoapWire:
    """A wire to the service; more keys are those of the surroundings."""
    source = SoapSource.model_validate(
        {
            "kind": "soap",
            "wsdl": WSDL.name,
            "endpoint": "/OrderService",
            "headers": {"x-api-key": KEY},
        }
    )
    return SoapWire(
        source, surroundings({"config.base_url": service.url}, folder=WSDL.parent, **keys)
    )


def comparable(found: Any) -> list[Any]:
    """Orders without the moment at which they were asked for, and their lines' SKUs."""
    return [
        (
            (it.ref, it.placed_at, it.status, it.total, it.paid, it.customer, it.store),
            [(line.sku, line.quantity) for line in it.lines],
        )
        for it in found
    ]


@pytest.mark.parametrize(
    "query",
    [
        OrderQuery(placed_after=NOON - timedelta(days=20)),
        OrderQuery(channels=[Channel.APP, Channel.STORE], placed_before=NOON),
        OrderQuery(stores=["ginza", "nowhere"]),
        OrderQuery(stores=["nowhere"]),
        OrderQuery(customer=CustomerLink(ref=SourceRef("crm", "1"))),
    ],
)
async def test_the_same_list_as_by_hand(service: Service, oms: Any, query: OrderQuery) -> None:
    """Page by page, with the same filters."""
    by_hand = service.connector()
    after, hint = None, None
    for _ in range(4):
        expected = await by_hand.order_page(call(), query, after=after, hint=None, limit=100)
        page = await oms.order_page(call(), query, after=after, hint=hint, limit=30)
        past = [it for it in expected.rows if after is None or OrderPosition.of(it) < after]

        assert comparable(past[:30]) == comparable(page.rows)
        if page.hint is None:
            break
        after, hint = OrderPosition.of(page.rows[-1]), page.hint


async def test_the_same_orders_by_id(service: Service, oms: Any) -> None:
    """A list is one call; an unknown id, and one that XML cannot hold, are absent."""
    page = await oms.order_page(call(), OrderQuery(), after=None, hint=None, limit=50)
    ids = [order.ref.id for order in page.rows]
    before = service.calls.get("GetOrders", 0)
    found = await oms.orders(call(), [*ids, "1", "\0"])

    assert comparable(page.rows) == comparable(found[it] for it in ids)
    assert before + 1 == service.calls["GetOrders"]
    assert {"1", "\0"}.isdisjoint(found)


async def test_a_fault_says_what_the_file_says(service: Service) -> None:
    """By its code; without a rule a Server fault may pass, and any other is a refusal."""
    too_many = SoapRequest(operation="GetOrders", arguments={"id": [str(it) for it in range(150)]})
    plain = a_wire(service)
    with pytest.raises(Rejected):
        await plain.ask(call(), too_many, {})
    await plain.aclose()

    rule = {"when": "fault", "code": "fault.code", "raise": {}, "otherwise": "conflict"}
    ruled = a_wire(service, errors=[rule])
    with pytest.raises(Conflict):
        await ruled.ask(call(), too_many, {})
    await ruled.aclose()


@pytest.mark.parametrize(("write", "error"), [(False, Unavailable), (True, OutcomeUnknown)])
async def test_a_fault_of_the_server(service: Service, write: bool, error: type[Exception]) -> None:
    """Nothing tells what came of a write."""
    fault = (
        b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>'
        b"<faultcode>s:Server</faultcode><faultstring>secret</faultstring>"
        b"</s:Fault></s:Body></s:Envelope>"
    )
    service.altered = lambda _: fault
    wire = a_wire(service)
    with pytest.raises(error) as caught:
        await wire.ask(call(), SoapRequest(operation="Ping"), {}, write=write)
    await wire.aclose()

    assert "secret" not in str(caught.value)


async def test_babble_is_no_answer(service: Service, oms: Any) -> None:
    """A proxy's page with status 200."""
    service.conduct.fault = Fault("wrong")
    with pytest.raises(SchemaDrift, match="document type"):
        await oms.probe(call())


def test_tokens_are_not_for_soap(service: Service) -> None:
    """It is said at once, not at the first call."""
    auth = {"kind": "oauth2", "token_path": "/t", "client_id": "a", "client_secret": "b"}
    source = SoapSource.model_validate(
        {"kind": "soap", "wsdl": WSDL.name, "endpoint": "/OrderService", "auth": auth}
    )
    with pytest.raises(Unsupported, match="SOAP"):
        SoapWire(source, surroundings({"config.base_url": service.url}, folder=WSDL.parent))
