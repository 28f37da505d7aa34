"""What the deliveries' configuration accepts."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.kasane_deliveries.client import KasaneDeliveries

GOOD: dict[str, Any] = {"folder": "incoming", "stores": {"ginza": "0101"}}


def test_the_least_is_enough() -> None:
    """Folder and stores; the folder need not be there yet."""
    config: Any = KasaneDeliveries.Config.model_validate(GOOD)

    assert (Path("incoming"), "Asia/Tokyo") == (config.folder, config.time_zone)


@pytest.mark.parametrize(
    ("key", "value", "expectation"),
    [
        ("stores", {}, "at least 1"),
        ("stores", {"ginza": "0101", "umeda": "0101"}, "two names stand for the same"),
        ("stores", {"ginza": "secret"}, "pattern"),
        ("stores", {"ginza": 101}, "valid string"),
        ("time_zone", "Asia/secret", "IANA"),
        ("encoding", "secret", "Extra inputs"),
    ],
)
def test_a_wrong_key_is_named_and_its_value_is_not(
    key: str, value: object, expectation: str
) -> None:
    """The error says what was expected; a number without quotes loses its zeros in YAML."""
    with pytest.raises(ValidationError, match=expectation) as caught:
        KasaneDeliveries.Config.model_validate({**GOOD, key: value})

    assert key in str(caught.value)
    assert "secret" not in str(caught.value)
