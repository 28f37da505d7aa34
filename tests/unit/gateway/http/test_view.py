import json
import logging
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from gateway.http.media_type import EVENTS, GRAPHQL, JSON
from tests.unit.gateway.http.asker import Asker, codes
from tests.unit.gateway.http.conftest import KEY
from tests.unit.gateway.http.graph import Graph

Address = Callable[..., str]
KEYS = [{"name": "till", "key": KEY, "role": "staff", "stores": ["ginza"]}]


async def test_a_query_is_answered(asker: Asker) -> None:
    """With its variables, and with the operation that is named."""
    body = {
        "query": "query A { hello } query B($a: Int!) { add(a: $a, b: 2) }",
        "operationName": "B",
        "variables": {"a": 40},
        "extensions": {"any": 1},
        "unknown": [],
    }

    status, answer, response = await asker.send(json.dumps(body).encode())

    assert (200, {"data": {"add": 42}}) == (status, answer)
    assert f"{GRAPHQL}; charset=utf-8" == response.headers["Content-Type"]


@pytest.mark.parametrize("accept", [None, "*/*", "application/*", JSON])
async def test_a_client_that_does_not_mind_gets_json(asker: Asker, accept: str | None) -> None:
    """That is what programs expect that never heard of the other."""
    status, answer, response = await asker.send(b'{"query": "{ hello }"}', accept=accept)

    assert (200, {"data": {"hello": "hello world"}}) == (status, answer)
    assert f"{JSON}; charset=utf-8" == response.headers["Content-Type"]


async def test_null_is_as_good_as_absent(asker: Asker) -> None:
    """For every member that may be absent."""
    assert {"data": {"hello": "hello world"}} == await asker.ask(
        "{ hello }", variables=None, operationName=None, extensions=None
    )


async def test_get_asks_with_the_address(asker: Asker) -> None:
    """Variables are JSON there, and empty parameters are none."""
    status, answer, _ = await asker.get(
        query="query A($a: Int!) { add(a: $a) }",
        variables='{"a": 7}',
        operationName="",
        extensions="",
    )

    assert (200, {"data": {"add": 7}}) == (status, answer)


async def test_get_changes_nothing(asker: Asker, graph: Graph) -> None:
    """A link that somebody clicks is a GET."""
    status, answer, response = await asker.get(query="mutation { set(value: 7) }")

    assert (405, "POST", ["BAD_REQUEST"]) == (status, response.headers["Allow"], codes(answer))
    assert 0 == graph.value


async def test_post_may_change_things(asker: Asker, graph: Graph) -> None:
    """A mutation is run once."""
    assert {"data": {"set": 7}} == await asker.ask("mutation { set(value: 7) }")
    assert 7 == graph.value


@pytest.mark.parametrize(
    ("query", "code", "members"),
    [
        ("{", "GRAPHQL_PARSE_FAILED", {}),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED", {}),
        ("{ hello } query A { hello }", "GRAPHQL_VALIDATION_FAILED", {}),
        ("query A { hello } query B { hello }", "OPERATION_RESOLUTION_FAILURE", {}),
        ("query A { hello }", "OPERATION_RESOLUTION_FAILURE", {"operationName": "B"}),
        ("{ hello }", "OPERATION_RESOLUTION_FAILURE", {"operationName": "A"}),
        (
            "fragment F on Query { hello } query A { ...F }",
            "OPERATION_RESOLUTION_FAILURE",
            {"operationName": ""},
        ),
        ("query A($a: Int!) { add(a: $a) }", "BAD_USER_INPUT", {}),
        ("query A($a: Int!) { add(a: $a) }", "BAD_USER_INPUT", {"variables": {"a": 10**25}}),
    ],
)
async def test_a_request_error_runs_nothing(
    asker: Asker, query: str, code: str, members: dict[str, Any]
) -> None:
    """It is 400, except for clients of plain JSON, who take that for a proxy's word."""
    body = json.dumps({"query": query, **members}).encode()

    status, answer, _ = await asker.send(body)
    legacy_status, legacy, _ = await asker.send(body, accept=JSON)

    assert (400, 200) == (status, legacy_status)
    assert "data" not in answer
    assert code == codes(answer)[0] == codes(legacy)[0]
    assert answer["errors"][0]["message"]


@pytest.mark.parametrize("accept", [GRAPHQL, JSON])
async def test_a_hole_leaves_the_rest(asker: Asker, accept: str) -> None:
    """The status is 200, and each error says where it belongs and whether to try again."""
    body = b'{"query": "{ hello down nodes { name down } }"}'

    status, answer, _ = await asker.send(body, accept=accept, X_Request_Id="r-1")

    assert 200 == status
    assert {
        "hello": "hello world",
        "down": None,
        "nodes": [{"name": "it", "down": None}, {"name": "it", "down": None}],
    } == answer["data"]
    assert [["down"], ["nodes", 0, "down"], ["nodes", 1, "down"]] == [
        error["path"] for error in answer["errors"]
    ]
    assert {
        "message": "The system behind this field does not answer.",
        "locations": [{"line": 1, "column": 9}],
        "path": ["down"],
        "extensions": {
            "code": "SOURCE_UNAVAILABLE",
            "source": "pos",
            "retryable": True,
            "retryAfterMs": 1500,
            "reference": "r-1",
        },
    } == answer["errors"][0]


async def test_our_errors_tell_their_sentence(asker: Asker) -> None:
    """Their message is for operators, and only a hint is for clients."""
    answer = await asker.ask("{ invalid forbidden }")

    assert [
        ("BAD_REQUEST", "`first` must be between 0 and 100."),
        ("NOT_PERMITTED", "This is not open to you."),
    ] == [(error["extensions"]["code"], error["message"]) for error in answer["errors"]]


async def test_what_nobody_raised_on_purpose_says_nothing(
    asker: Asker, caplog: pytest.LogCaptureFixture
) -> None:
    """A bug's text may hold anything. It is logged, once, under the reference."""
    answer = await asker.ask("{ bug other: bug leaf must }")

    assert answer["data"] is None
    assert ["INTERNAL"] * len(answer["errors"]) == codes(answer)
    assert "canary" not in json.dumps(answer)
    logged = [it for it in caplog.records if it.name == "gateway.http.errors"]
    assert 1 == len(
        [
            it
            for it in logged
            if "canary" in str(it.exc_info and it.exc_info[1])
            and it.exc_info
            and isinstance(it.exc_info[1], RuntimeError)
        ]
    )
    assert {answer["errors"][0]["extensions"]["reference"]} == {vars(it)["trace"] for it in logged}


async def test_an_argument_that_is_wrong_while_running_is_told(asker: Asker) -> None:
    """A variable may be left out where it has a default, and be null nevertheless."""
    answer = await asker.ask("query A($a: Int = 1) { add(a: $a) }", variables={"a": None})

    assert ["BAD_USER_INPUT"] == codes(answer)


async def test_gaps_are_told_beside_the_data(asker: Asker) -> None:
    """Which system's rows are missing, and of which time."""
    answer = await asker.ask("{ gap }")

    assert {
        "data": {"gap": "partly"},
        "extensions": {
            "sources": [
                {
                    "source": "oms",
                    "code": "SOURCE_UNAVAILABLE",
                    "newest": "2026-01-01T00:00:00Z",
                    "oldest": None,
                }
            ]
        },
    } == answer


async def test_a_name_cut_in_half_passes(asker: Asker) -> None:
    """Old systems cut text by bytes, and half a character is no reason to lose the page."""
    assert {"data": {"surrogate": "caf\ud83d"}} == await asker.ask("{ surrogate }")


async def test_an_operation_has_a_deadline(address: Address, client: aiohttp.ClientSession) -> None:
    """What did not come is a hole of its own; of a write nobody knows what it did."""
    asker = Asker(client, address(deadline_s=0.1))

    read = await asker.ask("{ hello sleep(seconds: 5) }")
    write = await asker.ask("mutation { sleep(seconds: 5) }")

    assert (["DEADLINE_EXCEEDED"], {"hello": "hello world", "sleep": None}) == (
        codes(read),
        read["data"],
    )
    assert (["OUTCOME_UNKNOWN"], {"sleep": None}) == (codes(write), write["data"])
    assert (True, False) == tuple(
        answer["errors"][0]["extensions"]["retryable"] for answer in (read, write)
    )


async def test_resolvers_know_the_deadline(asker: Asker) -> None:
    """It is the whole operation's."""
    answer = await asker.ask("{ remaining }")

    assert 9 < answer["data"]["remaining"] <= 10


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/json; charset=latin-1",
        "application/json, text/plain",
        "",
    ],
)
async def test_only_json_is_read(asker: Asker, content_type: str) -> None:
    """Pages of other sites can send the other forms without asking first."""
    status, answer, _ = await asker.send(b'{"query": "{ hello }"}', Content_Type=content_type)

    assert (415, ["BAD_REQUEST"]) == (status, codes(answer))


@pytest.mark.parametrize("accept", ["text/plain", "image/*", f"{JSON};q=0"])
async def test_a_client_that_takes_nothing_of_ours_is_told_what_there_is(
    asker: Asker, accept: str
) -> None:
    """Nothing is run for an answer that nobody can read."""
    status, answer, response = await asker.send(b'{"query": "{ hello }"}', accept=accept)

    assert 406 == status
    assert f"{JSON}; charset=utf-8" == response.headers["Content-Type"]
    assert GRAPHQL in answer["errors"][0]["message"]


async def test_a_subscription_needs_a_stream(asker: Asker) -> None:
    """The client is told how to follow it."""
    status, answer, _ = await asker.send(b'{"query": "subscription { count(to: 1) }"}')

    assert 406 == status
    assert EVENTS in answer["errors"][0]["message"]


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ({}, 400),
        ({"query": ""}, 400),
        ({"query": "{ hello }", "variables": "[1]"}, 400),
        ({"query": "{ hello }", "variables": "{"}, 400),
        ({"query": "{ hello }", "variables": "[" * 10_000}, 400),
        ({"query": "{ hello }", "extensions": "7"}, 400),
        ({"query": "{ hello }", "variables": "null"}, 200),
    ],
    ids=lambda it: str(it)[:50],
)
async def test_broken_addresses_are_refused(
    asker: Asker, parameters: dict[str, str], status: int
) -> None:
    """As broken bodies are."""
    assert status == (await asker.get(**parameters))[0]


async def test_other_methods_are_refused(asker: Asker, client: aiohttp.ClientSession) -> None:
    """With those that are not."""
    async with client.delete(asker.url) as response:
        assert 405 == response.status
        assert {"GET", "HEAD", "POST"} == set(response.headers["Allow"].split(", "))


async def test_an_address_that_is_too_long_is_refused(
    address: Address, client: aiohttp.ClientSession
) -> None:
    """It has the limit of a body."""
    asker = Asker(client, address(body_bytes=2_000))

    status, answer, _ = await asker.get(query="{ hello }" + "," * 2_000)

    assert (414, ["LIMIT_EXCEEDED"]) == (status, codes(answer))


async def test_a_key_opens_the_door(address: Address, client: aiohttp.ClientSession) -> None:
    """And says who asks."""
    asker = Asker(client, address(keys=KEYS))

    status, answer, _ = await asker.send(b'{"query": "{ who }"}', Authorization=f"Bearer {KEY}")

    assert (200, "till staff ('ginza',)") == (status, answer["data"]["who"])


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
@pytest.mark.parametrize("accept", [GRAPHQL, JSON, EVENTS])
async def test_without_a_key_nothing_is_run(
    address: Address, client: aiohttp.ClientSession, headers: dict[str, str], accept: str
) -> None:
    """Not even a broken request is looked at, and none is told from a wrong one."""
    asker = Asker(client, address(keys=KEYS))

    status, answer, response = await asker.send(b"broken", accept=accept, **headers)

    assert (401, ["UNAUTHENTICATED"]) == (status, codes(answer))
    assert "Bearer" == response.headers["WWW-Authenticate"]
    assert "Send a valid key: `Authorization: Bearer …`." == answer["errors"][0]["message"]


async def test_a_page_that_points_its_domain_here_is_refused(asker: Asker) -> None:
    """Its browser sends the page's own name as host."""
    status, answer, _ = await asker.send(b'{"query": "{ who }"}', Host="evil.example.com")

    assert (421, ["NOT_PERMITTED"]) == (status, codes(answer))


async def test_the_schema_can_be_read(asker: Asker) -> None:
    """Introspection is open to whoever may ask."""
    answer = await asker.ask("{ __schema { queryType { name } } }")

    assert "Query" == answer["data"]["__schema"]["queryType"]["name"]


async def test_something_of_ours_that_breaks_is_no_broken_connection(
    asker: Asker, graph: Graph, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is 500 with a reference, and a line in the log."""
    monkeypatch.setattr(graph, "schema", None)
    caplog.set_level(logging.ERROR)

    status, answer, _ = await asker.send(b'{"query": "{ hello }"}')

    assert (500, ["INTERNAL"]) == (status, codes(answer))
    assert "a request failed" in caplog.messages
