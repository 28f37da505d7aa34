"""Which messages are believed to be Stripe's."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import stripe
from pydantic import SecretStr

from connectors.sdk.terminal import ProviderEvent
from connectors.stripe_terminal.webhook import verified_event
from schema.domain.errors import Rejected, SchemaDrift

OLD, NEW = SecretStr("whsec_old"), SecretStr("whsec_new")
BODY = json.dumps(
    {
        "id": "evt_1",
        "object": "event",
        "type": "payment_intent.succeeded",
        "created": 1_790_000_000,
        "data": {"object": {"id": "pi_1", "object": "payment_intent"}},
    }
)


def signed(body: str = BODY, secret: SecretStr = OLD, *, age_s: int = 0) -> str:
    """The header that Stripe sends with a body."""
    header: str = stripe.WebhookSignature.generate_signature_header(
        body, secret.get_secret_value(), int(time.time()) - age_s
    )
    return header


def refusal(body: bytes, signature: str, *secrets: SecretStr) -> str | None:
    """Why a message is refused."""
    with pytest.raises(Rejected) as refused:
        verified_event(body, signature, secrets)
    assert "whsec" not in str(refused.value)
    assert refused.value.__cause__ is None
    return refused.value.reason


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_a_message_signed_with_either_secret_is_read(secret: SecretStr) -> None:
    """While a secret is being replaced, both are used."""
    event = verified_event(BODY.encode(), signed(secret=secret), [OLD, NEW])

    moment = datetime.fromtimestamp(1_790_000_000, UTC)
    assert ProviderEvent("evt_1", "payment_intent.succeeded", moment, intent="pi_1") == event


def test_one_valid_signature_of_two_suffices() -> None:
    """Stripe signs with both secrets while one is being replaced."""
    second = signed(secret=NEW).partition(",")[2]
    header = f"{signed(secret=OLD)},{second}"

    assert "evt_1" == verified_event(BODY.encode(), header, [NEW]).id


@pytest.mark.parametrize("age_s", [299, -299])
def test_clocks_may_differ_a_little(age_s: int) -> None:
    """Five minutes before and after."""
    assert "evt_1" == verified_event(BODY.encode(), signed(age_s=age_s), [OLD]).id


@pytest.mark.parametrize("age_s", [310, 86_400, -310, -86_400])
def test_a_message_of_another_time_is_refused(age_s: int) -> None:
    """A recorded one cannot be replayed, nor one be signed for later use."""
    assert refusal(BODY.encode(), signed(age_s=age_s), OLD) in {"signature", "time"}


# Made when the test runs: workers must agree on its name, and the moment is part of a signature.
FORGED: dict[str, Callable[[], str]] = {
    "none": lambda: "",
    "a time alone": lambda: "t=1",
    "a signature alone": lambda: "v1=abc",
    "no time": lambda: "t=x,v1=y",
    "another secret": lambda: signed(secret=NEW),
    "another scheme": lambda: signed().replace("v1=", "v0="),
    "longer": lambda: signed() + "0",
    "an empty signature": lambda: f"t={int(time.time())},v1=",
    "a huge time": lambda: f"t={'9' * 3000},v1=00",
    "no ASCII": lambda: "t=1,v1=é",
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_message_is_refused(name: str) -> None:
    """No header, another scheme, another secret, another signature."""
    assert "signature" == refusal(BODY.encode(), FORGED[name](), OLD)


def test_another_time_cannot_be_slipped_in() -> None:
    """The time that is checked is the one that is signed, wherever a second one stands."""
    fresh = f"t={int(time.time())}"
    old = signed(age_s=-86_400)

    assert "time" == refusal(BODY.encode(), f"{old},{fresh}", OLD)
    assert "signature" == refusal(BODY.encode(), f"{fresh},{old}", OLD)


def test_an_altered_body_is_refused() -> None:
    """One space suffices: the bytes are what was signed."""
    assert "signature" == refusal(BODY.encode() + b" ", signed(), OLD)
    assert "signature" == refusal(b"\xff", signed(), OLD)


def test_without_a_secret_nothing_is_believed() -> None:
    """A gateway that was given none cannot tell."""
    assert "signature" == refusal(BODY.encode(), signed())


def test_what_is_too_large_is_not_even_read() -> None:
    """Nobody who has no secret makes us hash megabytes."""
    assert "too_large" == refusal(b" " * (1024 * 1024 + 1), signed(), OLD)
    assert "too_large" == refusal(BODY.encode(), "t" * 4097, OLD)


@pytest.mark.parametrize("body", ["", "{", "[" * 100_000, "NaN"])
def test_a_signed_body_that_is_not_json_is_refused(body: str) -> None:
    """Whoever has the secret may still send nonsense."""
    assert "body" == refusal(body.encode(), signed(body), OLD)


@pytest.mark.parametrize("body", ["null", "[]", "{}", '{"id": "evt_1", "object": "v2.core.event"}'])
def test_a_genuine_message_of_another_form_is_drift(body: str) -> None:
    """Thin events, say, belong to another kind of endpoint."""
    with pytest.raises(SchemaDrift):
        verified_event(body.encode(), signed(body), [OLD])
