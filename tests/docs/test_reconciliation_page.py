"""The page about the books tells every state and finding, and its queries run."""

import asyncio
import time
from typing import Any

import pytest

from gateway.payments.reconcile.reconciler import Rhythm
from gateway.payments.reconcile.standstill import Patience
from gateway.payments.write_back import SendingPace
from schema.domain.reconciliation import FindingKind
from schema.domain.write_back import WriteBackState
from tests.docs.pages import page
from tests.e2e.client import Client
from tests.e2e.estate import Estate
from tests.e2e.till import reached, started

pytestmark = [pytest.mark.timeout(90)]

PAGE = page("docs/reconciliation.md")
DOCUMENTS = {it.text.split()[1].split("(")[0]: it.text for it in PAGE.blocks("graphql")}


def test_every_state_is_told() -> None:
    """Of an entry for an order's own system."""
    assert {it.value for it in WriteBackState} == {*PAGE.table("state")}


def test_every_finding_is_told() -> None:
    """By its kind."""
    assert {it.value for it in FindingKind} == {*PAGE.table("finding")}


def test_the_figures_are_those_of_the_code() -> None:
    """How long what is waited for."""
    pace, rhythm, patience = SendingPace(), Rhythm(), Patience()

    assert (1, 300, 30) == (pace.first_pause_s, pace.slowest_pause_s, pace.given_up_s)
    assert (20, 60, 2 * 86_400) == (rhythm.looks, rhythm.sweep_s, rhythm.overlap_s)
    assert 30 * 86_400 == rhythm.first_s
    assert (2400, 900, 600, 3600) == (
        patience.payment_s,
        patience.refund_s,
        patience.entry_s,
        patience.grave_s,
    )
    assert 86_400 == patience.hold_s


async def test_the_queries_run(estate: Estate) -> None:
    """On a payment that the POS is told of."""
    client = estate.client()
    order = await _open_order(client)
    name = await started(client, "ginza", "Gift desk", order=order)
    await reached(client, name, "CAPTURED")
    end = time.monotonic() + 20
    while True:
        answer = await client.ask(DOCUMENTS["WriteBack"], {"payment": name})
        if answer.data["payment"]["writeBack"]["state"] == "SENT":
            break
        assert time.monotonic() < end, answer

        await asyncio.sleep(0.1)
    found = (await client.ask(DOCUMENTS["Books"])).data["reconciliation"]

    assert {"lastRun", "findings"} == {*found}


async def _open_order(client: Client) -> Any:
    query = """{ orders(first: 100, filter: { stores: ["ginza"], channels: [STORE] }) {
      nodes { id status payments { id } } } }"""
    nodes = (await client.ask(query)).data["orders"]["nodes"]
    # The newest one is the README's.
    return [it["id"] for it in nodes if it["status"] == "OPEN" and not it["payments"]][-1]
