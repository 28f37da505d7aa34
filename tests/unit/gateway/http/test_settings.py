from typing import Any

import pytest
from pydantic import ValidationError

from gateway.http.settings import HttpSettings, LimitSettings

SECRET = "canary-canary-canary-canary-canary"


def a_key(**given: Any) -> dict[str, Any]:
    """A key as the file has it."""
    return {"name": "till", "key": SECRET, "role": "staff", **given}


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "localhost"])
def test_loopback_needs_no_keys(host: str) -> None:
    """Only this machine can ask there."""
    assert () == HttpSettings(host=host).keys


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "shop.example.com"])  # noqa: S104
def test_any_other_address_needs_keys(host: str) -> None:
    """The error names the key of the file that is missing."""
    with pytest.raises(ValidationError, match="`keys` are required"):
        HttpSettings(host=host)

    assert host == HttpSettings.model_validate({"host": host, "keys": [a_key()]}).host


@pytest.mark.parametrize(
    "second",
    [a_key(key="another-" + SECRET), a_key(name="tablet")],
    ids=["name", "secret"],
)
def test_no_two_keys_are_alike(second: dict[str, Any]) -> None:
    """Otherwise nobody could say who asked."""
    with pytest.raises(ValidationError, match="two of the `keys`") as caught:
        HttpSettings.model_validate({"keys": [a_key(), second]})

    assert "canary" not in str(caught.value)


def test_a_short_key_is_refused_without_being_shown() -> None:
    """It could be guessed."""
    with pytest.raises(ValidationError, match="at least 24") as caught:
        HttpSettings.model_validate({"keys": [a_key(key="canary")]})

    assert "canary" not in str(caught.value)


def test_a_key_for_no_store_at_all_is_refused() -> None:
    """An empty list may be meant as every store, or as none."""
    with pytest.raises(ValidationError, match="at least 1"):
        HttpSettings.model_validate({"keys": [a_key(stores=[])]})


@pytest.mark.parametrize("origin", ["https://shop.example.com", "http://localhost:3000"])
def test_an_origin_is_taken_as_browsers_send_it(origin: str) -> None:
    """Scheme, host and perhaps a port."""
    assert (origin,) == HttpSettings(cors_origins=(origin,)).cors_origins


@pytest.mark.parametrize(
    "origin",
    ["*", "https://shop.example.com/", "shop.example.com", "https://*.example.com", "null"],
)
def test_anything_else_is_no_origin(origin: str) -> None:
    """It would match nothing, or everything."""
    with pytest.raises(ValidationError, match="expected an origin"):
        HttpSettings(cors_origins=(origin,))


@pytest.mark.parametrize(
    "wrong",
    [{"depth": 0}, {"cost": 0}, {"mode": "off"}, {"root_fields": 0}, {"batch": 1}],
    ids=["depth", "cost", "mode", "root fields", "unknown"],
)
def test_limits_that_nothing_could_keep_are_refused(wrong: dict[str, Any]) -> None:
    """With none of them would any operation run, or the word has no meaning."""
    with pytest.raises(ValidationError):
        LimitSettings.model_validate(wrong)


def test_tokens_stand_among_the_limits() -> None:
    """And nowhere else."""
    with pytest.raises(ValidationError, match="tokens"):
        HttpSettings.model_validate({"tokens": 100})

    found = HttpSettings.model_validate({"limits": {"tokens": 100}})

    assert 100 == found.limits.tokens
