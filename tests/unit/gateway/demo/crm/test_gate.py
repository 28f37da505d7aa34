"""What a call must pass before it is answered."""

from collections.abc import Callable
from typing import Any


async def test_a_call_without_a_token_is_refused(serve: Callable[..., Any]) -> None:
    """But for the sign of life."""
    async with serve() as caller:
        closed, _ = await caller.ask("GET", "/v2/changes")
        alive, _ = await caller.ask("GET", "/v2/health")

    assert (401, 200) == (closed, alive)


async def test_calls_are_counted_by_name(crm: Any) -> None:
    """Those that were refused as well."""
    await crm.ask("POST", "/v2/customers/batch", {"ids": []})
    await crm.ask("POST", "/v2/loyalty/batch", {})

    assert {"token": 1, "customers.batch": 1, "loyalty.batch": 1} == dict(crm.conduct.calls)


async def test_too_many_calls_are_told_to_wait(serve: Callable[..., Any]) -> None:
    """In whole seconds, as HTTP has it."""
    async with serve(calls_per_s=2) as caller:
        statuses = [(await caller.ask("GET", "/v2/health"))[0] for _ in range(2)]
        async with caller.session.get("/v2/health") as response:
            limited = response.status, response.headers["Retry-After"]

    assert [200, 200] == statuses
    assert (429, "1") == limited
