"""What docs/readers.md says of readers beside payments is done as shown."""

import uuid
from typing import Any

import aiohttp
import pytest

from gateway.demo.readers import devices
from gateway.payments.tasks import failures
from schema.domain.reader_task import FINAL_TASK_STATES, ReaderTaskFailure, ReaderTaskState
from tests.docs.pages import page
from tests.e2e.client import Client
from tests.e2e.estate import Estate

pytestmark = [pytest.mark.timeout(60)]

PAGE = page("docs/readers.md")
DOCUMENTS = {it.text.split()[1].split("(")[0]: it.text for it in PAGE.blocks("graphql")}
READER = {"store": "ginza", "name": "Fitting room"}
_BUSY = """query Busy($store: String!, $name: String!) {
  reader(store: $store, name: $name) { busyWith { id ... on ReaderTask { state } } }
}"""


def test_every_state_and_every_failure_of_ours_is_told() -> None:
    """The provider's own codes are its own."""
    ours = {it.code for it in vars(failures).values() if isinstance(it, ReaderTaskFailure)}

    assert {*PAGE.table("state")} >= {it.value for it in ReaderTaskState}
    assert {*PAGE.table("code")} >= ours


async def test_a_cart_is_shown_as_shown(estate: Estate) -> None:
    """And the reader has it."""
    task = await _done(estate.client(), "ShowCart", reader=READER)

    assert "SUCCEEDED" == task["state"]
    assert "Your basket" == (await _screen(estate))["title"]


async def test_inputs_are_entered_and_read_as_shown(estate: Estate) -> None:
    """What is skipped is null."""
    client = estate.client()
    asked = await _done(client, "AskForInputs", reader=READER, key=uuid.uuid4().hex)
    assert "WAITING" == asked["state"]
    await _do(estate, "enter", {"skips": True})
    states = [
        it["readerTaskUpdated"]["state"]
        async for it in client.over_events(DOCUMENTS["FollowTask"], {"task": asked["id"]})
    ]
    read = (await client.ask(DOCUMENTS["Entered"], {"task": asked["id"]})).data["readerTask"]

    assert "SUCCEEDED" == states[-1]
    assert [("EMAIL", None), ("SELECTION", None)] == [
        (it["kind"], it["value"]) for it in read["inputs"]
    ]
    assert read["inputsErasedAt"] is None


async def test_a_task_is_called_off_as_shown(estate: Estate) -> None:
    """The reader is free at once."""
    client = estate.client()
    asked = await _done(client, "AskForInputs", reader=READER, key=uuid.uuid4().hex)
    busy = (await client.ask(_BUSY, READER)).data["reader"]["busyWith"]

    canceled = await _done(client, "CancelTask", task=asked["id"])

    assert {"id": asked["id"], "state": "WAITING"} == busy
    assert ReaderTaskState[canceled["state"]] in FINAL_TASK_STATES
    assert "Welcome" == (await _screen(estate))["title"]


async def test_a_card_is_kept_as_shown(estate: Estate) -> None:
    """For a customer whom the graph knows."""
    client = estate.client()
    found = await client.ask("{ orders(first: 50) { nodes { customer { id } } } }")
    customer = next(it["customer"]["id"] for it in found.data["orders"]["nodes"] if it["customer"])
    key = uuid.uuid4().hex
    asked = await _done(client, "KeepCard", reader=READER, customer=customer, key=key)
    async for _ in client.over_events(DOCUMENTS["FollowTask"], {"task": asked["id"]}):
        pass
    again = await _done(client, "KeepCard", reader=READER, customer=customer, key=key)

    assert ("SUCCEEDED", asked["id"]) == (again["state"], again["id"])
    assert "4242" == again["card"]["last4"]


async def _done(client: Client, name: str, **given: object) -> Any:
    """What a mutation of the page answers; it must have done something."""
    [payload] = (await client.ask(DOCUMENTS[name], given)).data.values()
    assert [] == payload["userErrors"]
    return payload["task"]


async def _do(estate: Estate, gesture: str, content: object) -> None:
    """Let a customer do something at the reader."""
    control, device = estate.systems["stripe"]["control"], devices("ginza")["Fitting room"]
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{control}/readers/{device}/{gesture}", json=content) as response,
    ):
        assert response.ok, await response.text()


async def _screen(estate: Estate) -> Any:
    """What the reader shows."""
    control, device = estate.systems["stripe"]["control"], devices("ginza")["Fitting room"]
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{control}/readers") as response,
    ):
        return next(it["screen"] for it in await response.json() if it["id"] == device)
