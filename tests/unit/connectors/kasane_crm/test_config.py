"""What the CRM's configuration accepts."""

from typing import Any

import pytest
from pydantic import ValidationError

from connectors.kasane_crm.client import KasaneCrm

GIVEN = {
    "base_url": "https://crm.example.com/",
    "client_id": "tillgraph",
    "client_secret": "s3cret",
}


def test_the_rest_has_defaults() -> None:
    """Kasane is in Japan; a slash at the end of the address does not matter."""
    config: Any = KasaneCrm.Config.model_validate(GIVEN)

    assert ("https://crm.example.com", "JP") == (config.base_url, config.region)
    assert "s3cret" not in repr(config)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("base_url", "crm.example.com"),
        ("base_url", "ftp://crm.example.com"),
        ("base_url", "https://"),
        ("base_url", "https://crm.example.com/?s3cret=1"),
        ("client_id", ""),
        ("client_secret", ""),
        ("region", "Japan"),
        ("country", "JP"),
    ],
)
def test_a_mistake_is_told_with_its_key(key: str, value: Any) -> None:
    """And without what was given: it may be the secret in the wrong place."""
    with pytest.raises(ValidationError) as wrong:
        KasaneCrm.Config.model_validate({**GIVEN, key: value})

    assert key in str(wrong.value)
    assert "s3cret" not in str(wrong.value)
