from collections.abc import Callable

import aiohttp
import pytest

from gateway.http.media_type import HTML
from tests.unit.gateway.http.asker import Asker
from tests.unit.gateway.http.conftest import KEY
from tests.unit.gateway.http.graph import Graph

Address = Callable[..., str]


async def test_the_process_lives(
    client: aiohttp.ClientSession, address: Address, graph: Graph
) -> None:
    """Also when nothing can be served."""
    graph.is_ready = False

    async with client.get(f"{address()}/livez") as response:
        assert 200 == response.status


@pytest.mark.parametrize(("is_ready", "status"), [(True, 200), (False, 503)])
async def test_readiness_is_the_gateways(
    client: aiohttp.ClientSession, address: Address, graph: Graph, is_ready: bool, status: int
) -> None:
    """And needs no key: whoever balances load has none."""
    graph.is_ready = is_ready
    keys = [{"name": "till", "key": KEY, "role": "staff"}]

    async with client.get(f"{address(keys=keys)}/readyz") as response:
        assert status == response.status


@pytest.mark.parametrize("given", ["abc-123_X", "a" * 64])
async def test_a_request_keeps_the_id_that_it_brings(asker: Asker, given: str) -> None:
    """So that one id is in the logs of all systems on the way."""
    _, answer, response = await asker.send(b'{"query": "{ trace }"}', X_Request_Id=given)

    assert (given, given) == (response.headers["X-Request-Id"], answer["data"]["trace"])


@pytest.mark.parametrize("given", ["", "a b", "a" * 65, "é", '"><script>'])
async def test_an_id_that_is_none_is_replaced(asker: Asker, given: str) -> None:
    """It is written to logs, and may not be anything."""
    _, answer, response = await asker.send(b'{"query": "{ trace }"}', X_Request_Id=given)

    assert given != answer["data"]["trace"] == response.headers["X-Request-Id"]
    assert 32 == len(answer["data"]["trace"])


async def test_answers_are_only_read(asker: Asker) -> None:
    """They are kept nowhere, taken for nothing else, and do not say what serves them."""
    _, _, response = await asker.send(b'{"query": "{ hello }"}')

    assert "no-store" == response.headers["Cache-Control"]
    assert "nosniff" == response.headers["X-Content-Type-Options"]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "Server" not in response.headers


async def test_a_page_that_is_trusted_may_ask(
    client: aiohttp.ClientSession, address: Address, graph: Graph
) -> None:
    """Its browser asks first, and then shows it the answer."""
    origin = "https://shop.example.com"
    asker = Asker(client, address(cors_origins=[origin]))
    ask_first = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,authorization",
    }

    async with client.options(asker.url, headers=ask_first) as response:
        assert (200, origin) == (response.status, response.headers["Access-Control-Allow-Origin"])
    _, _, answer = await asker.send(b'{"query": "{ hello }"}', Origin=origin)

    assert origin == answer.headers["Access-Control-Allow-Origin"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


async def test_any_other_page_may_not(
    client: aiohttp.ClientSession, address: Address, graph: Graph
) -> None:
    """Nor may any, unless the settings name it."""
    asker = Asker(client, address())
    ask_first = {"Origin": "https://evil.example.com", "Access-Control-Request-Method": "POST"}

    async with client.options(asker.url, headers=ask_first) as response:
        assert 400 == response.status
        assert "Access-Control-Allow-Origin" not in response.headers


BROWSER = {"Accept": f"{HTML},application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


async def test_a_browser_gets_a_page(
    client: aiohttp.ClientSession, address: Address, graph: Graph
) -> None:
    """It holds all it needs and runs nothing else; the key is asked for on it."""
    keys = [{"name": "till", "key": KEY, "role": "staff"}]

    async with client.get(f"{address(keys=keys)}/graphql", headers=BROWSER) as response:
        text = await response.text()

    policy = response.headers["Content-Security-Policy"]
    assert (200, HTML) == (response.status, response.content_type)
    assert "script-src 'sha256-" in policy
    assert "unsafe" not in policy
    assert "{{" not in text.replace("{{ ", "")
    assert "http://" not in text
    assert "https://" not in text


async def test_the_page_can_be_left_out(
    client: aiohttp.ClientSession, address: Address, graph: Graph
) -> None:
    """Then a browser is answered as any client is."""
    url = f"{address(playground=False)}/graphql"

    async with client.get(url, params={"query": "{ hello }"}, headers=BROWSER) as response:
        assert {"data": {"hello": "hello world"}} == await response.json()
