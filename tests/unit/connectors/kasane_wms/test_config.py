"""What the warehouse's configuration accepts."""

from typing import Any

import pytest
from pydantic import ValidationError

from connectors.kasane_wms.client import KasaneWms

GOOD: dict[str, Any] = {"database_url": "sqlite:////tmp/w.db", "locations": {"ginza": "L0101"}}


def test_the_least_is_enough() -> None:
    """Address and locations; the rest is Kasane's."""
    config: Any = KasaneWms.Config.model_validate(GOOD)

    assert ("JPY", "Asia/Tokyo") == (config.currency, config.time_zone)
    assert "/tmp/w.db" not in repr(config)  # noqa: S108 - an address may hold a password


@pytest.mark.parametrize(
    ("key", "value", "expectation"),
    [
        ("database_url", "secret", "expected a database's address"),
        ("database_url", "sqlite+aiosqlite:////tmp/secret", "synchronous"),
        ("locations", {}, "at least 1"),
        ("locations", {"ginza": "L0101", "umeda": "L0101"}, "two names stand for the same"),
        ("locations", {"ginza": "L0101    secret"}, "pattern"),
        ("currency", "yen", "pattern"),
        ("time_zone", "Asia/secret", "IANA"),
        ("time_zone", "../secret", "IANA"),
        ("table", "secret", "Extra inputs"),
    ],
)
def test_a_wrong_key_is_named_and_its_value_is_not(
    key: str, value: object, expectation: str
) -> None:
    """The error says what was expected."""
    with pytest.raises(ValidationError, match=expectation) as caught:
        KasaneWms.Config.model_validate({**GOOD, key: value})

    assert key in str(caught.value)
    assert "secret" not in str(caught.value)
