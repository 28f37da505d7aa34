"""Who is given an access token."""

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

GRANT = {"grant_type": "client_credentials"}


@pytest.mark.parametrize(
    ("headers", "form", "expected"),
    [
        ({}, {**GRANT, "client_id": "tillgraph", "client_secret": "a b"}, 200),
        ({"Authorization": aiohttp.encode_basic_auth("tillgraph", "a+b")}, GRANT, 200),
        ({"Authorization": aiohttp.encode_basic_auth("tillgraph", "wrong")}, GRANT, 401),
        ({"Authorization": aiohttp.encode_basic_auth("other", "a+b")}, GRANT, 401),
        ({"Authorization": "Basic %"}, GRANT, 401),
        ({}, {**GRANT, "client_id": "tillgraph"}, 401),
        ({}, {"client_id": "tillgraph", "client_secret": "a b"}, 400),
    ],
)
async def test_the_client_names_itself(
    serve: Callable[..., Any], headers: dict[str, str], form: dict[str, str], expected: int
) -> None:
    """By HTTP basic, form-encoded before, or in the form."""
    async with (
        serve(secret="a b") as caller,
        caller.session.post("/oauth/token", data=form, headers=headers) as response,
    ):
        answer = await response.json()

    assert expected == response.status
    assert (expected == 200) == ("access_token" in answer)


async def test_a_token_ends(serve: Callable[..., Any]) -> None:
    """After the life that its grant told."""
    async with serve(token_life_s=0.5) as caller:
        await caller.sign_in()
        valid, _ = await caller.ask("GET", "/v2/changes")
        await asyncio.sleep(0.55)
        ended, _ = await caller.ask("GET", "/v2/changes")

    assert (200, 401) == (valid, ended)
