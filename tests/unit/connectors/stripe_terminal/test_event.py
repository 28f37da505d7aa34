"""What Stripe's messages are found to be about."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.sdk.terminal import ProviderEvent
from connectors.stripe_terminal.event import provider_event
from schema.domain.errors import SchemaDrift

MOMENT = datetime.fromtimestamp(1_790_000_000, UTC)


def a_message(kind: str, thing: dict[str, Any], **fields: Any) -> bytes:
    """A message about a thing, as Stripe writes it."""
    whole = {
        "id": "evt_1",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "type": kind,
        "created": 1_790_000_000,
        "data": {"object": thing, "previous_attributes": {"status": 3}},
    }
    return json.dumps({**whole, **fields}).encode()


def a_reader(**action: Any) -> dict[str, Any]:
    """A reader with an action, as Stripe writes it."""
    return {"id": "tmr_1", "object": "terminal.reader", "action": action or None, "label": None}


@pytest.mark.parametrize(
    ("kind", "thing", "about"),
    [
        (
            "payment_intent.succeeded",
            {"id": "pi_1", "object": "payment_intent"},
            {"intent": "pi_1"},
        ),
        (
            "charge.refunded",
            {"id": "ch_1", "object": "charge", "payment_intent": "pi_2"},
            {"intent": "pi_2"},
        ),
        (
            "charge.dispute.created",
            {"id": "dp_1", "object": "dispute", "payment_intent": {"id": "pi_3", "amount": 1}},
            {"intent": "pi_3"},
        ),
        (
            "refund.failed",
            {"id": "re_1", "object": "refund", "payment_intent": None},
            {"refund": "re_1"},
        ),
        (
            "refund.updated",
            {"id": "re_1", "object": "refund", "payment_intent": "pi_1"},
            {"refund": "re_1", "intent": "pi_1"},
        ),
        (
            "terminal.reader.action_failed",
            a_reader(
                type="process_payment_intent", process_payment_intent={"payment_intent": "pi_1"}
            ),
            {"reader": "tmr_1", "intent": "pi_1"},
        ),
        (
            "terminal.reader.action_succeeded",
            a_reader(
                type="process_setup_intent", process_setup_intent={"setup_intent": {"id": "seti_1"}}
            ),
            {"reader": "tmr_1", "setup_intent": "seti_1"},
        ),
        (
            "terminal.reader.action_succeeded",
            a_reader(
                type="refund_payment", refund_payment={"payment_intent": "pi_1", "refund": "re_1"}
            ),
            {"reader": "tmr_1", "intent": "pi_1", "refund": "re_1"},
        ),
        (
            "terminal.reader.action_succeeded",
            a_reader(type="collect_inputs", status="succeeded", collect_inputs={"inputs": []}),
            {"reader": "tmr_1", "is_personal": True},
        ),
        ("terminal.reader.action_updated", a_reader(), {"reader": "tmr_1"}),
        (
            "setup_intent.succeeded",
            {"id": "seti_1", "object": "setup_intent"},
            {"setup_intent": "seti_1"},
        ),
        ("payout.paid", {"id": "po_1", "object": "payout"}, {}),
    ],
)
def test_a_message_tells_what_to_read_again(
    kind: str, thing: dict[str, Any], about: dict[str, Any]
) -> None:
    """Messages come late, twice and out of order, so what they say is not believed."""
    assert ProviderEvent("evt_1", kind, MOMENT, **about) == provider_event(a_message(kind, thing))


def test_a_word_that_nobody_knows_does_no_harm() -> None:
    """What a reader does, and how far it is, are read again: a new kind must not be refused."""
    reader = a_reader(type="dance", status="bowing", process_payment_intent={"payment_intent": "p"})

    assert "p" == provider_event(a_message("terminal.reader.action_danced", reader)).intent


def test_a_connected_accounts_message_names_it() -> None:
    """Its intents cannot be read without it."""
    message = a_message("payment_intent.created", {"object": "payment_intent"}, account="acct_1")

    assert "acct_1" == provider_event(message).account


@pytest.mark.parametrize(
    "fields",
    [
        {"id": None},
        {"id": "evt_\x00"},
        {"id": "evt 1"},
        {"id": "e" * 256},
        {"id": ""},
        {"type": 1},
        {"created": "now"},
        {"created": -1},
        {"created": 10**15},
        {"object": "v2.core.event"},
        {"data": None},
        {"data": {"object": {"object": "payment_intent", "id": 3}}},
        {"data": {"object": {"object": "charge", "payment_intent": ["pi_1"]}}},
        {"account": {}},
    ],
)
def test_what_a_database_could_not_keep_is_another_form(fields: dict[str, Any]) -> None:
    """One such message would hold up all that are recorded with it; no value is quoted."""
    with pytest.raises(SchemaDrift, match=r"^event: not a message of a known form$"):
        provider_event(a_message("payment_intent.created", {"object": "payment_intent"}, **fields))
