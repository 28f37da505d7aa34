"""SOAP over a real server that answers as each test says."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web

from connectors.sdk.context import CallContext
from connectors.sdk.envelope import SoapFault
from connectors.sdk.http import HttpClients
from connectors.sdk.manifest import Limits
from connectors.sdk.soap import SoapClient
from schema.domain.errors import (
    OutcomeUnknown,
    RateLimited,
    Rejected,
    SchemaDrift,
    SourceError,
    Unavailable,
    Unsupported,
)
from schema.domain.scope import Actor

WSDL = Path(__file__).parent / "orders.wsdl"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Open = Callable[..., Awaitable[SoapClient]]


def envelope(content: str) -> bytes:
    """An answer's bytes around `content`."""
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="urn:test">'
        f"<s:Body>{content}</s:Body></s:Envelope>"
    ).encode()


def fault(code: str) -> bytes:
    """An envelope that holds a fault whose text quotes what was sent."""
    return envelope(
        f"<s:Fault><faultcode>s:{code}</faultcode><faultstring>no hanako@example.com</faultstring>"
        "<detail><code>17</code></detail></s:Fault>"
    )


ANSWER = envelope("<t:GetOrdersResponse><t:order><t:id>W1</t:id></t:order></t:GetOrdersResponse>")


def says(body: bytes, status: int = 200) -> Handler:
    """A server that always answers so."""

    async def handler(_request: web.Request) -> web.Response:
        return web.Response(body=body, status=status, content_type="text/xml")

    return handler


def call(seconds: float = 10.0) -> CallContext:
    """A call that may take so many seconds."""
    return CallContext(time.monotonic() + seconds, Actor("test", "staff"), "trace")


@pytest.fixture
async def service() -> AsyncIterator[Open]:
    """Starts a server and a client of it; both end after the test."""
    ends: list[Callable[[], Awaitable[None]]] = []

    async def opening(
        handler: Handler,
        *,
        wsdl: Path = WSDL,
        timeout_s: float = 5.0,
        meaning: Callable[[SoapFault], SourceError | None] = lambda _: None,
    ) -> SoapClient:
        app = web.Application()
        app.router.add_post("/soap", handler)
        runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        limits = Limits(timeout_s=timeout_s)
        http = HttpClients().client(f"http://127.0.0.1:{runner.addresses[0][1]}", limits)
        client = SoapClient(wsdl, "/soap", http, limits, meaning=meaning)
        ends.extend((client.aclose, http.aclose, runner.cleanup))
        return client

    yield opening
    for end in ends:
        await end()


async def test_a_call_is_sent_as_soap_and_its_answer_read(service: Open) -> None:
    """SOAP 1.1's headers go out, and the answer comes back as plain values."""
    asked: list[tuple[str, str, bytes]] = []

    async def handler(request: web.Request) -> web.Response:
        headers = request.headers
        asked.append((headers["content-type"], headers["soapaction"], await request.read()))
        return web.Response(body=ANSWER)

    client = await service(handler)

    assert {"order": [{"line": [], "id": "W1"}]} == await client.call(
        call(), "GetOrders", id=["W1"]
    )
    assert [("text/xml; charset=utf-8", '"urn:test#GetOrders"')] == [it[:2] for it in asked]
    assert b"<ns0:id>W1</ns0:id>" in asked[0][2]


async def test_calls_at_the_same_time_read_the_description_once(
    service: Open, tmp_path: Path
) -> None:
    """The description may vanish after the first call."""
    wsdl = tmp_path / "moved.wsdl"
    wsdl.write_bytes(WSDL.read_bytes())
    client = await service(says(ANSWER), wsdl=wsdl)
    first = await asyncio.gather(*(client.call(call(), "GetOrders", id=["W1"]) for _ in range(8)))
    wsdl.unlink()

    assert 8 == len(first)
    assert first[0] == await client.call(call(), "GetOrders", id=["W1"])


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize("write", [False, True])
async def test_a_fault_that_blames_the_request_is_rejected(
    service: Open, status: int, write: bool
) -> None:
    """Whatever the HTTP status; its code is kept, its text is not."""
    client = await service(says(fault("Client.Key"), status))

    with pytest.raises(Rejected) as caught:
        await client.call(call(), "GetOrders", write=write, id=["W1"])

    assert "Client.Key" == caught.value.reason
    assert "hanako" not in str(caught.value)


async def test_any_other_fault_to_a_write_leaves_its_outcome_open(service: Open) -> None:
    """A server that failed may have done it before; a read has nothing to do."""
    client = await service(says(fault("Server")))

    with pytest.raises(OutcomeUnknown):
        await client.call(call(), "GetOrders", write=True, id=["W1"])
    with pytest.raises(Rejected):
        await client.call(call(), "GetOrders", id=["W1"])


async def test_a_connector_says_what_its_faults_mean(service: Open) -> None:
    """Its word goes before ours, and it may read the detail."""
    seen: list[SoapFault] = []

    def meaning(found: SoapFault) -> SourceError | None:
        seen.append(found)
        return RateLimited("busy") if found.detail["code"] == "17" else None

    client = await service(says(fault("Server")), meaning=meaning)

    with pytest.raises(RateLimited):
        await client.call(call(), "GetOrders", id=["W1"])
    assert [SoapFault("Server", "no hanako@example.com", {"code": "17"})] == seen


@pytest.mark.parametrize(
    ("body", "status", "read", "written"),
    [
        (b"<html>", 200, SchemaDrift, OutcomeUnknown),
        (ANSWER[:-10], 200, SchemaDrift, OutcomeUnknown),
        (b"<html>", 500, Unavailable, OutcomeUnknown),
        (ANSWER, 500, Unavailable, OutcomeUnknown),
        (b"", 503, Unavailable, Unavailable),
        (b"", 401, Rejected, Rejected),
        (b"", 302, SchemaDrift, SchemaDrift),
    ],
)
async def test_answers_that_are_none(
    service: Open,
    body: bytes,
    status: int,
    read: type[SourceError],
    written: type[SourceError],
) -> None:
    """What is no envelope goes by its HTTP status; a write that may have been done stays open."""
    client = await service(says(body, status))

    with pytest.raises(read):
        await client.call(call(), "GetOrders", id=["W1"])
    with pytest.raises(written):
        await client.call(call(), "GetOrders", write=True, id=["W1"])


async def test_an_operation_that_is_not_described_is_never_sent(service: Open) -> None:
    """Nor are arguments that do not fit."""
    client = await service(says(b"", 404))

    with pytest.raises(Unsupported):
        await client.call(call(), "DropOrders")
    with pytest.raises(Rejected, match="does not fit"):
        await client.call(call(), "GetOrders", id=[])


async def test_a_slow_system_is_unavailable_by_the_earlier_of_two_limits(service: Open) -> None:
    """The caller's deadline and the manifest's limit both end a call, and close its connection."""

    async def handler(_request: web.Request) -> web.Response:
        await asyncio.sleep(30)
        raise AssertionError

    patient = await service(handler, timeout_s=30)
    hasty = await service(handler, timeout_s=0.2)
    start = time.monotonic()

    with pytest.raises(Unavailable):
        await patient.call(call(0.2), "GetOrders", id=["W1"])
    with pytest.raises(Unavailable):
        await hasty.call(call(), "GetOrders", id=["W1"])
    with pytest.raises(OutcomeUnknown):
        await hasty.call(call(), "GetOrders", write=True, id=["W1"])
    assert time.monotonic() - start < 3


async def test_a_deadline_that_has_passed_sends_nothing(service: Open) -> None:
    """Not even a write's outcome is in doubt then."""
    client = await service(says(b"", 404))

    with pytest.raises(Unavailable):
        await client.call(call(0), "GetOrders", write=True, id=["W1"])


async def test_a_deadline_while_reading_the_answer_ends_the_call(service: Open) -> None:
    """An answer of megabytes is not waited for beyond the deadline."""
    record = "<t:order>" + "<t:line><t:sku>A</t:sku></t:line>" * 10 + "</t:order>"
    body = envelope(f"<t:GetOrdersResponse>{record * 30_000}</t:GetOrdersResponse>")
    client = await service(says(body))
    start = time.monotonic()

    with pytest.raises(Unavailable):
        await client.call(call(0.4), "GetOrders", id=["W1"])
    assert time.monotonic() - start < 2


async def test_a_cancelled_call_closes_its_connection(service: Open) -> None:
    """The system learns that nobody waits any more."""
    asked, gone = asyncio.Event(), asyncio.Event()

    async def handler(_request: web.Request) -> web.Response:
        asked.set()
        try:
            await asyncio.sleep(30)
        finally:
            gone.set()
        raise AssertionError

    client = await service(handler)
    task = asyncio.create_task(client.call(call(), "GetOrders", id=["W1"]))
    await asked.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(gone.wait(), 2)


async def test_a_client_that_was_never_asked_closes_quietly(tmp_path: Path) -> None:
    """Making one reads no description and opens no connection."""
    http = HttpClients().client("http://127.0.0.1:9", Limits())
    client = SoapClient(tmp_path / "absent.wsdl", "/soap", http, Limits())

    await client.aclose()
    await http.aclose()
