"""Which messages are believed to be Stripe's."""

import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest
import stripe
from hypothesis import example, given
from hypothesis import strategies as st
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


@pytest.mark.parametrize(
    ("age_s", "reason"),
    [(310, "stale"), (86_400, "stale"), (-310, "future"), (-86_400, "future")],
)
def test_a_message_of_another_time_is_refused(age_s: int, reason: str) -> None:
    """A recorded one cannot be replayed, nor one be signed for later use."""
    assert reason == refusal(BODY.encode(), signed(age_s=age_s), OLD)


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

    assert "future" == refusal(BODY.encode(), f"{old},{fresh}", OLD)
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


@pytest.mark.parametrize("body", ["", "{", '{"id": "evt_1', "NaN"])
def test_a_signed_body_that_is_not_json_is_refused(body: str) -> None:
    """Whoever has the secret may still send nonsense."""
    assert "body" == refusal(body.encode(), signed(body), OLD)


@pytest.mark.parametrize(
    "body", ["null", "[]", "{}", "[" * 100_000, '{"id": "evt_1", "object": "v2.core.event"}']
)
def test_a_genuine_message_of_another_form_is_drift(body: str) -> None:
    """Thin events, say, belong to another kind of endpoint."""
    with pytest.raises(SchemaDrift):
        verified_event(body.encode(), signed(body), [OLD])


def takes(body: bytes, header: str, secret: str) -> bool:
    """Whether Stripe's own package takes a message."""
    try:
        return bool(stripe.WebhookSignature.verify_header(body, header, secret, 300))
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False


_NOW = int(time.time())
_SIGNATURES = [signed().partition("v1=")[2], signed(secret=NEW).partition("v1=")[2], "", "0" * 64]
_ITEMS = st.one_of(
    st.sampled_from([f"t={_NOW}", f"t= {_NOW}", f"t={_NOW - 400}", "t=", "t", "t=x", "v1", ""]),
    st.builds(
        "{}={}{}".format,
        st.sampled_from(["v1", "v0", " v1", "V1"]),
        st.sampled_from(_SIGNATURES),
        st.sampled_from(["", "=", "=x", " ", "0"]),
    ),
    st.text("tv10=, x", max_size=6),
)


@given(items=st.lists(_ITEMS, max_size=5))
@example(items=[f"t={_NOW}", f"v1={_SIGNATURES[0]}"])
@example(items=["t=1", f"v1={_SIGNATURES[0]}"])
def test_no_header_is_read_otherwise_than_by_stripes_own_package(items: Sequence[str]) -> None:
    """Whatever it looks like: where ours takes a message, theirs does, and the other way round."""
    header = ",".join(items)
    signature = header.replace(_SIGNATURES[0], signature_at(header, OLD))
    theirs = takes(BODY.encode(), signature, "whsec_old")
    try:
        ours = verified_event(BODY.encode(), signature, [OLD]).id == "evt_1"
    except Rejected:
        ours = False

    assert theirs == ours


def signature_at(header: str, secret: SecretStr) -> str:
    """What would sign the body at the first time that a header names."""
    times = [it.split("=")[1] for it in header.split(",") if it.startswith("t=")]
    try:
        at = int(times[0])
    except (IndexError, ValueError):
        at = _NOW
    signed_at: str = stripe.WebhookSignature.generate_signature_header(
        BODY, secret.get_secret_value(), at
    )
    return signed_at.partition("v1=")[2]
