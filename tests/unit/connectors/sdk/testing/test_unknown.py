"""Of one unknown key many are made, of its form."""

import pytest

from connectors.sdk.testing.unknown import unknown_keys
from schema.domain.customer import CustomerKey, CustomerKeyKind, CustomerLink


@pytest.mark.parametrize(
    "unknown",
    [
        "0101-999999",
        "nothing",
        "X9",
        CustomerKey(CustomerKeyKind.ID, "C999999"),
        CustomerLink(email="nobody@example.com"),
    ],
)
def test_many(unknown: object) -> None:
    """As many as are wanted, each once, none of them known, all of one type."""
    made = unknown_keys(unknown, 200, besides=["0101-999998"])

    assert 200 == len(set(made))
    assert {type(unknown)} == {type(it) for it in made}
    assert not {unknown, "0101-999998"} & set(made)


def test_form() -> None:
    """Digits are counted down, so that the form stays."""
    assert ["0101-999998", "0101-999997"] == unknown_keys("0101-999999", 2, besides=[])
