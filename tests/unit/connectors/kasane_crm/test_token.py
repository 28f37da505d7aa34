"""The access token: when it is fetched, by how many, and what a refusal means."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from msgspec.structs import replace

from connectors.sdk.context import CallContext
from gateway.demo.process import Fault
from schema.domain.customer import CustomerKey, CustomerKeyKind
from schema.domain.errors import Rejected, SchemaDrift, Unavailable

KEYS = [CustomerKey(CustomerKeyKind.ID, "crm_unknown")]
GRANT = {"access_token": "t.0-k", "token_type": "Bearer", "expires_in": 300}


async def test_first_calls_at_once_fetch_one_token(server: Any, crm: Any, ctx: CallContext) -> None:
    """Twenty callers, one fetch; and the next caller fetches none."""
    await asyncio.gather(*(crm.customers(ctx, KEYS) for _ in range(20)))
    await crm.customers(ctx, KEYS)

    assert {"token": 1, "customers.batch": 21} == server.calls


async def test_a_token_is_renewed_before_it_ends(
    start: Callable[..., Any], connect: Callable[..., Any], ctx: CallContext
) -> None:
    """No call is spent on finding out."""
    server = await start(token_life_s=1.0)
    crm = connect(server.url)
    await crm.customers(ctx, KEYS)
    await crm.customers(ctx, KEYS)

    assert {"token": 1, "customers.batch": 2} == server.calls
    await asyncio.sleep(0.92)
    await crm.customers(ctx, KEYS)

    assert {"token": 2, "customers.batch": 3} == server.calls


async def test_a_token_that_is_refused_is_fetched_anew(
    server: Any, crm: Any, ctx: CallContext
) -> None:
    """A CRM that restarted knows none of its tokens; callers at once still fetch one."""
    await crm.customers(ctx, KEYS)
    server.crm.tokens.revoke_all()
    server.conduct.calls.clear()

    await asyncio.gather(*(crm.customers(ctx, KEYS) for _ in range(5)))

    assert {"token": 1, "customers.batch": 10} == server.calls


async def test_a_second_refusal_is_final(
    start: Callable[..., Any], connect: Callable[..., Any], ctx: CallContext
) -> None:
    """A CRM that refuses what it has just given out is not asked for ever."""
    server = await start(token_life_s=0.0)

    with pytest.raises(Rejected) as rejected:
        await connect(server.url).customers(ctx, KEYS)
    assert "401" == rejected.value.reason
    assert {"token": 2, "customers.batch": 2} == server.calls


async def test_a_wrong_secret_is_rejected(
    server: Any, connect: Callable[..., Any], ctx: CallContext
) -> None:
    """Callers at once learn it from one call, and the secret is not told."""
    crm = connect(server.url, secret="wrong-s3cret")
    found = await asyncio.gather(
        *(crm.customers(ctx, KEYS) for _ in range(5)), return_exceptions=True
    )

    for error in found:
        assert isinstance(error, Rejected)
        assert "HTTP 401 to our credentials: check the client's id and secret" == str(error)
        assert "s3cret" not in repr(error)
    assert {"token": 1} == server.calls


@pytest.mark.parametrize("secret", ["a:b", "100 % +&=", "鍵"])
async def test_a_secret_may_hold_any_character(
    start: Callable[..., Any], connect: Callable[..., Any], ctx: CallContext, secret: str
) -> None:
    """HTTP basic parts the pair at a colon, so both are encoded first."""
    server = await start(secret=secret)

    assert {} == await connect(server.url, secret=secret).customers(ctx, KEYS)


async def test_who_stops_waiting_leaves_the_fetch_to_others(
    server: Any, crm: Any, ctx: CallContext
) -> None:
    """The first caller's end is not the second's."""
    server.conduct.fault = Fault("slow", 0.3)
    first = asyncio.create_task(crm.probe(ctx))
    second = asyncio.create_task(crm.probe(ctx))
    await asyncio.sleep(0.1)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await second

    assert first.cancelled()
    assert {"token": 1, "health": 1} == server.calls


async def test_a_callers_deadline_bounds_its_wait(server: Any, crm: Any, ctx: CallContext) -> None:
    """However long the fetch may take for others; and closing ends it."""
    server.conduct.fault = Fault("slow", 5.0)
    short = replace(ctx, deadline=ctx.deadline - 9.8)

    async with asyncio.timeout(2.0):
        with pytest.raises(Unavailable, match="no token in time"):
            await crm.probe(short)
        await crm.aclose()


async def test_a_failed_fetch_is_tried_again_by_the_next(
    server: Any, crm: Any, ctx: CallContext
) -> None:
    """A failure is not remembered."""
    server.conduct.fault = Fault("wrong")
    with pytest.raises(SchemaDrift):
        await crm.probe(ctx)
    server.conduct.fault = Fault()
    await crm.probe(ctx)

    assert {"token": 1, "POST /oauth/token": 1, "health": 1} == server.calls


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"access_token": "t\r\nX-Evil: 1"}, "token (access_token): not of the expected form"),
        ({"access_token": None}, "token (access_token): not of the expected form"),
        ({"token_type": "mac"}, "token (token_type): expected Bearer"),
        ({"expires_in": "300"}, "token (expires_in): expected seconds"),
    ],
)
async def test_a_grant_in_an_unknown_form_is_a_drift(
    answering: Callable[..., Any],
    connect: Callable[..., Any],
    ctx: CallContext,
    change: Mapping[str, Any],
    told: str,
) -> None:
    """What cannot be sent in a header is not sent, and not told."""
    url = await answering({"/oauth/token": {**GRANT, **change}})

    with pytest.raises(SchemaDrift) as drift:
        await connect(url).probe(ctx)
    assert told == str(drift.value)


@pytest.mark.parametrize("status", [404, 409, 410])
async def test_without_a_token_no_customer_is_unknown(
    answering: Callable[..., Any], connect: Callable[..., Any], ctx: CallContext, status: int
) -> None:
    """A wrong address of the CRM says nothing of anybody."""
    url = await answering({"/oauth/token": {}}, status=status)

    with pytest.raises(Rejected, match=f"no credentials: HTTP {status}"):
        await connect(url).customers(ctx, KEYS)


async def test_no_token_and_no_secret_is_in_an_error(
    answering: Callable[..., Any], connect: Callable[..., Any], ctx: CallContext
) -> None:
    """Whatever the CRM refuses, and however it repeats what it was sent."""
    url = await answering({"/oauth/token": {"error": "kasane-crm"}}, status=403)

    with pytest.raises(Rejected) as rejected:
        await connect(url).probe(ctx)
    assert "HTTP 403" == str(rejected.value)
