"""Which Stripe accounts and addresses are accepted."""

import pytest
from pydantic import ValidationError

from connectors.stripe_terminal.config import StripeTerminalConfig

LIVE = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"


def test_a_test_key_is_all_that_is_needed() -> None:
    """Stripe's own address, no connected account, and no webhook that would be believed."""
    config = StripeTerminalConfig.model_validate({"api_key": "sk_test_1"})

    assert "https://api.stripe.com" == config.api_base
    assert ((), None, False) == (config.webhook_secrets, config.account, config.allow_live_keys)


def test_secrets_do_not_show() -> None:
    """A configuration may be printed and logged."""
    config = StripeTerminalConfig.model_validate(
        {"api_key": "sk_test_hidden", "webhook_secrets": ["whsec_hidden"]}
    )

    assert "hidden" not in repr(config)
    assert "hidden" not in config.model_dump_json()


@pytest.mark.parametrize("key", [LIVE, LIVE.replace("sk_", "rk_")])
def test_a_live_key_needs_a_word(key: str) -> None:
    """Nobody takes real money by mistake, and the refusal does not quote the key."""
    with pytest.raises(ValidationError) as refused:
        StripeTerminalConfig.model_validate({"api_key": key})

    assert "allow_live_keys" in str(refused.value)
    assert key not in str(refused.value)
    config = StripeTerminalConfig.model_validate({"api_key": key, "allow_live_keys": True})
    assert key == config.api_key.get_secret_value()


def test_a_live_key_never_travels_in_the_clear() -> None:
    """Not even when it is allowed."""
    content = {"api_key": LIVE, "allow_live_keys": True, "api_base": "http://proxy.example"}
    with pytest.raises(ValidationError, match="https"):
        StripeTerminalConfig.model_validate(content)


@pytest.mark.parametrize(
    "wrong",
    [
        {"api_key": " "},
        {"api_base": "stripe.example"},
        {"api_base": "ftp://stripe.example"},
        {"api_base": "https://stripe.example?x=1"},
        {"webhook_secrets": ["whsec_1", " "]},
        {"account": "ginza"},
        {"retries": 3},
    ],
)
def test_what_cannot_work_is_refused(wrong: dict[str, object]) -> None:
    """A wrong configuration is told before anything starts."""
    with pytest.raises(ValidationError):
        StripeTerminalConfig.model_validate({"api_key": "sk_test_1", **wrong})


def test_an_address_is_taken_without_its_last_slash() -> None:
    """Paths are appended to it."""
    config = StripeTerminalConfig.model_validate(
        {"api_key": "sk_test_1", "api_base": "http://127.0.0.1:4242/"}
    )

    assert "http://127.0.0.1:4242" == config.api_base
