"""Commands to the simulator."""

from typing import Any

import pytest

from tests.unit.connectors.stripe_terminal.simulator.account import FRONT, Account


async def test_calls_are_counted(account: Account) -> None:
    """By name, until forgotten."""
    await account.paid()
    await account.readers.retrieve_async(FRONT)
    counted = await account.command("GET", "/calls")
    forgotten, _ = await account.command("DELETE", "/calls")

    assert {
        "create_payment_intent": 1,
        "process_payment_intent": 1,
        "present_payment_method": 1,
        "retrieve_reader": 1,
    } == counted[1]
    assert 204 == forgotten
    assert {} == (await account.command("GET", "/calls"))[1]


async def test_faults_wait_for_their_call(account: Account) -> None:
    """Each is taken once; they can be forgotten."""
    await account.fault("error_500", "retrieve_reader")
    await account.fault("reply_lost")
    listed = await account.command("GET", "/faults")
    forgotten, _ = await account.command("DELETE", "/faults")

    assert [
        {"call": "retrieve_reader", "fault": "error_500"},
        {"call": "process_payment_intent", "fault": "reply_lost"},
    ] == listed[1]
    assert 204 == forgotten
    assert FRONT == (await account.readers.retrieve_async(FRONT)).id


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/", {"mode": "odd"}),
        ("/", {"mode": "slow", "delay_s": -1}),
        ("/", {"mode": "slow", "delay": 1}),
        ("/faults", {"call": "odd", "fault": "error_500"}),
        ("/faults", {"call": "retrieve_reader", "fault": "odd"}),
        ("/faults", {"call": "retrieve_reader", "fault": "reader_lost"}),
        ("/faults", {"call": "retrieve_reader"}),
    ],
)
async def test_a_command_that_makes_no_sense(account: Account, path: str, content: Any) -> None:
    """It is refused with a reason, and changes nothing."""
    status, said = await account.command("PUT", path, content)

    assert 400 == status
    assert said.strip()
    assert {"mode": "ok", "delay_s": 0.0} == (await account.command("GET", "/"))[1]
    assert [] == (await account.command("GET", "/faults"))[1]


async def test_faults_do_not_pile_up(account: Account) -> None:
    """There is room for a hundred."""
    content = {"call": "retrieve_reader", "fault": "error_500"}
    statuses = {(await account.command("PUT", "/faults", content))[0] for _ in range(100)}

    assert {200} == statuses
    assert 400 == (await account.command("PUT", "/faults", content))[0]
