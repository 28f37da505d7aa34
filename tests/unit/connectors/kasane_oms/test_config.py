"""What the configuration of the OMS accepts."""

from typing import Any

import pytest
from pydantic import ValidationError

from connectors.kasane_oms.client import KasaneOms

ENOUGH = {"base_url": "https://oms.example.com/", "api_key": "hidden"}


def test_an_address_and_a_key_are_enough() -> None:
    """The rest is as in Japan, with no store that collects."""
    config: Any = KasaneOms.Config.model_validate(ENOUGH)

    assert "https://oms.example.com" == config.base_url
    assert (None, "Asia/Tokyo", "JP") == (config.stores, config.time_zone, config.region)


def test_a_retailer_may_be_elsewhere() -> None:
    """Its clock and its phone numbers are its own."""
    there = {"time_zone": "Asia/Singapore", "region": "SG"}
    config: Any = KasaneOms.Config.model_validate({**ENOUGH, **there})

    assert ("Asia/Singapore", "SG") == (config.time_zone, config.region)


def test_the_key_does_not_show() -> None:
    """A configuration may be printed and logged."""
    config: Any = KasaneOms.Config.model_validate(ENOUGH)

    assert "hidden" not in repr(config)
    assert "hidden" not in config.model_dump_json()


@pytest.mark.parametrize(
    "wrong",
    [
        {"base_url": "oms.example.com"},
        {"base_url": "ftp://oms.example.com"},
        {"base_url": "https://oms.example.com?wsdl"},
        {"api_key": ""},
        {"stores": {"ginza": "101", "umeda": "101"}},
        {"time_zone": "Tokyo"},
        {"time_zone": "../etc"},
        {"region": "Japan"},
        {"pages": 3},
    ],
)
def test_what_cannot_work_is_refused(wrong: dict[str, object]) -> None:
    """At start, and without the key in the message."""
    with pytest.raises(ValidationError) as refused:
        KasaneOms.Config.model_validate({**ENOUGH, **wrong})

    assert "hidden" not in str(refused.value)
