"""One effect for each key."""

import asyncio
from typing import Any

import pytest

from connectors.stripe_terminal.simulator.idempotency import Answers, Reply, check_key
from connectors.stripe_terminal.simulator.refusal import Refusal
from tests.unit.connectors.stripe_terminal.simulator.account import (
    FRONT,
    Account,
    code,
    refusal,
)


async def create(account: Account, key: str, amount: int = 500) -> Any:
    """Announce a payment under a key."""
    content: Any = {
        "amount": amount,
        "currency": "jpy",
        "allowed_payment_method_types": ["card_present"],
    }
    return await account.stripe.v1.payment_intents.create_async(content, {"idempotency_key": key})


async def process(account: Account, intent: str, key: str) -> Any:
    """Send a payment to a reader under a key."""
    return await account.readers.process_payment_intent_async(
        FRONT, {"payment_intent": intent}, {"idempotency_key": key}
    )


async def test_a_key_again_is_the_same_answer(account: Account) -> None:
    """And no second payment; the answer says that it is a repetition."""
    first, again, other = [await create(account, key) for key in ("a", "a", "b")]

    assert first.id == again.id
    assert first.id != other.id
    assert "true" == again.last_response.headers["Idempotent-Replayed"]
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert again.last_response.request_id != first.last_response.request_id


async def test_a_key_belongs_to_its_parameters(account: Account) -> None:
    """Another amount, or another call, is refused."""
    intent = await create(account, "a")
    other = await refusal(create(account, "a", 501))
    elsewhere = await refusal(process(account, intent.id, "a"))

    for error in (other, elsewhere):
        assert error.error is not None
        assert (400, "idempotency_error") == (error.http_status, error.error.type)


async def test_an_old_answer_wakes_no_reader(account: Account) -> None:
    """After a decline, the same key tells of the first attempt: a new one needs its own."""
    name = await account.intent()
    await process(account, name, "1")
    await account.present("4000000000000002")
    again = await process(account, name, "1")
    reader = await account.readers.retrieve_async(FRONT)

    assert ("in_progress", "failed") == (again.action.status, reader.action.status)
    assert "in_progress" == (await process(account, name, "2")).action.status


async def test_a_refusal_is_repeated_too(account: Account) -> None:
    """Once it was looked at, also when it would be granted by now."""
    await account.process(await account.intent(capture_method="manual"))
    capture = account.stripe.v1.payment_intents.capture_async
    name = await account.intent(capture_method="manual")
    early = await refusal(capture(name, {}, {"idempotency_key": "c"}))
    await account.process(name)
    await account.present()

    late = await refusal(capture(name, {}, {"idempotency_key": "c"}))
    assert code(early) == code(late)
    assert "succeeded" == (await capture(name, {}, {"idempotency_key": "d"})).status


async def test_wrong_parameters_use_up_no_key(account: Account) -> None:
    """Nothing was begun."""
    await refusal(create(account, "a", -1))

    assert 500 == (await create(account, "a")).amount


async def test_a_key_whose_first_request_still_runs(account: Account) -> None:
    """It is refused, and known not to be answered yet."""
    await account.command("PUT", "/", {"mode": "slow", "delay_s": 0.5})
    first = asyncio.create_task(create(account, "a"))
    await account.came("create_payment_intent")
    error = await refusal(create(account, "a"))

    assert (409, "idempotency_key_in_use") == (error.http_status, code(error))
    await account.command("PUT", "/", {"mode": "ok"})
    assert (await first).id == (await create(account, "a")).id


async def test_keys_are_kept_for_a_day() -> None:
    """Then the same key is a new request."""
    now = [0.0]
    answers = Answers(lambda: now[0])
    bodies = iter([b"1", b"2"])

    async def perform() -> Reply:
        return Reply(200, next(bodies))

    first = await answers.once("a", b"", perform)
    now[0] = 86_400
    kept = await answers.once("a", b"", perform)
    now[0] = 86_401
    new = await answers.once("a", b"", perform)

    assert [(b"1", False), (b"1", True), (b"2", False)] == [
        (reply.body, is_repeated) for reply, is_repeated in (first, kept, new)
    ]


async def test_a_request_that_breaks_down_leaves_its_key_free() -> None:
    """Nobody would ever answer it else."""
    answers = Answers(lambda: 0)

    async def broken() -> Reply:
        raise ZeroDivisionError

    async def fine() -> Reply:
        return Reply(200, b"")

    with pytest.raises(ZeroDivisionError):
        await answers.once("a", b"", broken)

    assert not (await answers.once("a", b"", fine))[1]


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_has_a_length(key: str) -> None:
    """From 1 to 255 characters."""
    check_key("k")
    check_key("k" * 255)

    with pytest.raises(Refusal):
        check_key(key)
