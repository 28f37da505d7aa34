"""Tokens and sessions, against a server on a socket of its own."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from connectors.sdk.context import CallContext
from schema.domain.errors import Rejected, SchemaDrift

Serve = Callable[[Any], Awaitable[str]]
Connect = Callable[..., Any]

FILE = """
source:
  kind: http_json
  auth: AUTH
probe: {request: {path: /health}}
records: {customer: {id: id}}
ports: {customers: {ID: {request: {path: /customers, params: {ids: "{keys}"}}, rows: rows}}}
"""
OAUTH2 = '{kind: oauth2, token_path: /token, client_id: till, client_secret: "{config.password}"}'
REFRESH = OAUTH2[:-1] + ", grant: refresh_token, refresh_token: first, credentials: body}"
SESSION = """{kind: session, send_header: x-session, send_prefix: "",
    login: {path: /login, body: {user: till, password: "{config.password}"}}, FOUND}"""


class Guarded:
    """A server that gives tokens out and takes them back."""

    def __init__(self) -> None:
        self.logins: list[Any] = []
        self.valid = ""
        self.calls = 0
        self.lasts_s: Any = 600
        self.refuses_login = False
        self.says_expired_with = 401

    async def __call__(self, request: web.Request) -> web.Response:
        """Answer one request."""
        if request.path in {"/token", "/login"}:
            return await self._login(request)
        self.calls += 1
        held = [
            request.headers.get("authorization", "").removeprefix("Bearer "),
            request.headers.get("x-session", ""),
            request.headers.get("cookie", "").removeprefix("sid="),
        ]
        if self.valid not in held:
            return web.json_response({"expired": True}, status=self.says_expired_with)
        return web.json_response({"rows": [{"id": it} for it in request.query["ids"].split(",")]})

    async def _login(self, request: web.Request) -> web.Response:
        form = request.path == "/token"
        self.logins.append(dict(await request.post()) if form else await request.json())
        await asyncio.sleep(0.02)
        if self.refuses_login:
            return web.json_response({"error": "invalid_client"}, status=401)
        self.valid = f"token-{len(self.logins)}"
        body = {
            "access_token": self.valid,
            "token_type": "Bearer",
            "expires_in": self.lasts_s,
            "refresh_token": f"refresh-{len(self.logins)}",
            "session": {"id": self.valid},
        }
        return web.json_response(
            body, headers={"x-token": self.valid, "set-cookie": f"sid={self.valid}; Path=/"}
        )


@pytest.fixture
def guarded() -> Guarded:
    """A server of its own for each test."""
    return Guarded()


async def many(connector: Any, ctx: CallContext) -> list[Any]:
    """Five calls at once, each for another customer."""
    from schema.domain.customer import CustomerKey, CustomerKeyKind  # noqa: PLC0415

    keys = [CustomerKey(CustomerKeyKind.ID, str(it)) for it in range(5)]
    found = await asyncio.gather(*(connector.customers(ctx, [key]) for key in keys))
    return [next(iter(it.values())).ref.id for it in found]


AUTHS = [
    OAUTH2,
    REFRESH,
    SESSION.replace("FOUND", "token: session.id"),
    SESSION.replace("FOUND", "token_header: x-token"),
    SESSION.replace("FOUND", "cookie: sid"),
]


@pytest.mark.parametrize("auth", AUTHS)
async def test_callers_at_once_share_one_login(
    serve: Serve, connect: Connect, ctx: CallContext, guarded: Guarded, auth: str
) -> None:
    """Five calls, one login; and again one, when the system has forgotten the first."""
    connector = connect(FILE.replace("AUTH", auth), base_url=await serve(guarded))
    expected = ["0", "1", "2", "3", "4"]

    assert expected == await many(connector, ctx)
    assert 1 == len(guarded.logins)
    guarded.valid = "another"
    assert expected == await many(connector, ctx)
    assert 2 == len(guarded.logins)


@pytest.mark.parametrize("auth", AUTHS)
async def test_a_refused_login_is_told_without_the_secret(
    serve: Serve, connect: Connect, ctx: CallContext, guarded: Guarded, auth: str
) -> None:
    """Wrong credentials are rejected once, and no message holds them."""
    guarded.refuses_login = True
    connector = connect(FILE.replace("AUTH", auth), base_url=await serve(guarded))

    with pytest.raises(Rejected) as caught:
        await many(connector, ctx)

    assert "credentials" in str(caught.value)
    assert "hunter-two" not in repr(caught.value)
    assert 0 == guarded.calls


async def test_a_token_is_renewed_before_it_ends(
    serve: Serve, connect: Connect, ctx: CallContext, guarded: Guarded
) -> None:
    """One whose life is over is not sent any more."""
    guarded.lasts_s = 0
    connector = connect(FILE.replace("AUTH", OAUTH2), base_url=await serve(guarded))
    await many(connector, ctx)
    await many(connector, ctx)

    assert 10 == guarded.calls
    assert len(guarded.logins) >= 2


async def test_a_refresh_token_is_replaced_by_the_one_that_came(
    serve: Serve, connect: Connect, ctx: CallContext, guarded: Guarded
) -> None:
    """Systems give a refresh token once: the next fetch uses the last that they gave."""
    connector = connect(FILE.replace("AUTH", REFRESH), base_url=await serve(guarded))
    await many(connector, ctx)
    guarded.valid = "another"
    await many(connector, ctx)

    assert ["first", "refresh-1"] == [it["refresh_token"] for it in guarded.logins]
    assert ["hunter-two", "hunter-two"] == [it["client_secret"] for it in guarded.logins]


async def test_a_session_may_end_with_another_status(
    serve: Serve, connect: Connect, ctx: CallContext, guarded: Guarded
) -> None:
    """Where a system says so within a 200, the file tells how."""
    guarded.says_expired_with = 200
    auth = SESSION.replace("FOUND", "token: session.id, expired_when: expired")
    connector = connect(FILE.replace("AUTH", auth), base_url=await serve(guarded))
    await many(connector, ctx)
    guarded.valid = "another"

    assert ["0", "1", "2", "3", "4"] == await many(connector, ctx)
    assert 2 == len(guarded.logins)


async def test_a_session_that_is_refused_twice_is_given_up(
    serve: Serve, connect: Connect, ctx: CallContext, guarded: Guarded
) -> None:
    """One new login a call, and then it is an error: no loop against an old system."""
    auth = SESSION.replace("FOUND", "token: session.id, send_header: x-other")
    auth = auth.replace("send_header: x-session, ", "")
    connector = connect(FILE.replace("AUTH", auth), base_url=await serve(guarded))

    with pytest.raises(Rejected):
        await connector.probe(ctx)

    assert (2, 2) == (guarded.calls, len(guarded.logins))


async def test_a_token_that_no_header_may_hold_is_drift(
    serve: Serve, connect: Connect, ctx: CallContext
) -> None:
    """A system cannot put lines of its own into our requests."""

    async def answer(_request: web.Request) -> web.Response:
        return web.json_response({"access_token": "a\r\nx-evil: 1", "expires_in": 60})

    connector = connect(FILE.replace("AUTH", OAUTH2), base_url=await serve(answer))

    with pytest.raises(SchemaDrift):
        await connector.probe(ctx)
