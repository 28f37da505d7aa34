"""The POS on the wire."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import msgspec
import pytest

from gateway.demo.pos.application import USER
from gateway.demo.pos.sale import Sale, sales
from gateway.demo.process import Fault
from tests.unit.gateway.demo.pos.shop import (
    PASSWORD,
    UMEDA,
    Pos,
    a_member,
    a_pos,
    a_retailer,
    an_order,
)

HEADERS = {"authorization": aiohttp.encode_basic_auth(USER, PASSWORD, "utf-8")}


@pytest.fixture
async def pos() -> AsyncIterator[Pos]:
    """A POS of sixty sales in Ginza, and one of a member in Umeda."""
    orders = [an_order(number, seconds=number) for number in range(1, 61)]
    async with a_pos(*orders, an_order(store=UMEDA, customer=a_member())) as pos:
        yield pos


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """A client that knows the password."""
    async with aiohttp.ClientSession(headers=HEADERS) as session:
        yield session


async def _get(session: aiohttp.ClientSession, url: str) -> tuple[int, Any]:
    async with session.get(url) as response:
        return response.status, await response.json()


async def test_a_sale_by_its_receipt(pos: Pos, session: aiohttp.ClientSession) -> None:
    """It comes whole; one that is unknown has a code of its own."""
    status, sale = await _get(session, f"{pos.url}/api/sales/0101-000007")

    assert (200, "0101-000007", "1980") == (status, sale["rcp_no"], sale["amt"])
    assert (404, {"err_cd": "E404"}) == await _get(session, f"{pos.url}/api/sales/0101-999999")


async def test_a_page_has_fifty_sales_at_most(pos: Pos, session: aiohttp.ClientSession) -> None:
    """Whatever is asked for; the rows are whole sales, over all stores."""
    _, first = await _get(session, f"{pos.url}/api/sales?per_page=1000")
    _, second = await _get(session, f"{pos.url}/api/sales?page=2")

    assert (50, "Y", 1) == (len(first["rows"]), first["nxt"], first["pg"])
    assert (11, "N", 2) == (len(second["rows"]), second["nxt"], second["pg"])
    assert "0302-000001" == second["rows"][-1]["rcp_no"]
    assert second["rows"][-1]["lines"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("member=M00000001", ["0302-000001"]),
        ("store=0302", ["0302-000001"]),
        ("store=0302,0101&per_page=1", ["0101-000060"]),
        ("from=2026-11-20 12:00:59", ["0101-000060", "0101-000059"]),
        ("to=2026-11-20 12:00:01", ["0101-000001", "0302-000001"]),
        ("to=&from=&member=&store=&per_page=1", ["0101-000060"]),
    ],
)
async def test_filters(
    pos: Pos, session: aiohttp.ClientSession, query: str, expected: list[str]
) -> None:
    """Those that are empty are none."""
    _, page = await _get(session, f"{pos.url}/api/sales?{query}")

    assert expected == [row["rcp_no"] for row in page["rows"]]


@pytest.mark.parametrize("query", ["page=0", "page=x", "per_page=-1", "from=today", "to=2026"])
async def test_what_is_no_filter(pos: Pos, session: aiohttp.ClientSession, query: str) -> None:
    """It is refused, not passed over."""
    assert (400, {"err_cd": "E400"}) == await _get(session, f"{pos.url}/api/sales?{query}")


async def test_a_till_uploads(pos: Pos, session: aiohttp.ClientSession) -> None:
    """What it sends is found at once."""
    (sale,) = sales(a_retailer(an_order(61, seconds=61)))
    async with session.post(f"{pos.url}/api/sales", data=msgspec.json.encode(sale)) as response:
        assert 201 == response.status

    _, page = await _get(session, f"{pos.url}/api/sales?per_page=1")
    assert [sale] == msgspec.convert(page["rows"], list[Sale])


@pytest.mark.parametrize("body", [b"", b"\xff", b"{}", b'{"rcp_no": "1"}'])
async def test_what_is_no_sale(pos: Pos, session: aiohttp.ClientSession, body: bytes) -> None:
    """It is refused, and nothing is entered."""
    async with session.post(f"{pos.url}/api/sales", data=body) as response:
        assert 400 == response.status


@pytest.mark.parametrize("path", ["/api/ping", "/api/sales", "/api/sales/0101-000001"])
async def test_nobody_else_is_let_in(pos: Pos, path: str) -> None:
    """Neither with another password nor with none."""
    wrong = {"authorization": aiohttp.encode_basic_auth(USER, "guess", "utf-8")}
    async with aiohttp.ClientSession() as session:
        for headers in (wrong, {}):
            async with session.get(pos.url + path, headers=headers) as response:
                assert 401 == response.status
                assert {"err_cd": "E401"} == await response.json()


async def test_calls_are_counted_and_faults_obeyed(
    pos: Pos, session: aiohttp.ClientSession
) -> None:
    """As with every sample system."""
    assert (200, {"st": "OK"}) == await _get(session, f"{pos.url}/api/ping")
    await _get(session, f"{pos.url}/api/sales/0101-000001")
    pos.conduct.fault = Fault("wrong")
    async with session.get(f"{pos.url}/api/sales") as response:
        assert "text/html" == response.content_type

    expected = {"GET /api/ping": 1, "GET /api/sales/{receipt_no}": 1, "GET /api/sales": 1}
    assert expected == dict(pos.conduct.calls)
