"""Which descriptions of a POS are accepted."""

from typing import Any

import pytest
from pydantic import ValidationError

from connectors.kasane_pos.config import KasanePosConfig

STORE = {"number": "0101", "time_zone": "Asia/Tokyo", "currency": "JPY"}
GOOD: dict[str, Any] = {
    "base_url": "http://pos.example:8080/",
    "username": "tillgraph",
    "password": "hidden",
    "stores": {"ginza": STORE},
}


def test_a_description_is_read() -> None:
    """The address loses its last slash, and the password does not show."""
    config = KasanePosConfig.model_validate(GOOD)

    assert "http://pos.example:8080" == config.base_url
    assert "0101" == config.stores["ginza"].number
    assert "hidden" not in repr(config) + config.model_dump_json()


@pytest.mark.parametrize(
    "wrong",
    [
        {"base_url": "pos.example"},
        {"base_url": "ftp://pos.example"},
        {"base_url": "http://pos.example?x=1"},
        {"username": "a:b"},
        {"username": ""},
        {"password": ""},
        {"stores": {}},
        {"stores": {"ginza": STORE, "umeda": STORE}},
        {"stores": {"ginza": {**STORE, "number": "101"}}},
        {"stores": {"ginza": {**STORE, "number": 101}}},
        {"stores": {"ginza": {**STORE, "time_zone": "Asia/Edo"}}},
        {"stores": {"ginza": {**STORE, "time_zone": "/etc/localtime"}}},
        {"stores": {"ginza": {**STORE, "currency": "yen"}}},
        {"retries": 3},
    ],
)
def test_what_cannot_work_is_refused(wrong: dict[str, Any]) -> None:
    """At the start, and without quoting a secret."""
    with pytest.raises(ValidationError) as refused:
        KasanePosConfig.model_validate({**GOOD, **wrong})

    assert "hidden" not in str(refused.value)
