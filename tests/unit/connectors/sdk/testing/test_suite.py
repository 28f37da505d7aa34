"""Samples are read from plain data and written to it."""

import pytest

from connectors.sdk.testing import ReadSample, Samples
from schema.domain.customer import CustomerKey, CustomerKeyKind
from schema.domain.order import Channel, OrderQuery

SAMPLES = Samples(
    reads={
        "customers": ReadSample(
            known=(CustomerKey(CustomerKeyKind.ID, "1"),),
            unknown=CustomerKey(CustomerKeyKind.ID, "2"),
        ),
        "orders": ReadSample(known=("a", "b"), loose=frozenset({"note"})),
        "order_page": ReadSample(known=(OrderQuery(channels=[Channel.WEB]),)),
    }
)


def test_round_trip() -> None:
    """What is written is read again."""
    assert SAMPLES == Samples.load(SAMPLES.dump())


@pytest.mark.parametrize(
    "content",
    [
        {"weather": {"known": ["1"]}},
        {"orders": {"unknown": "1"}},
        {"orders": {"known": [1]}},
        {"orders": ["1"]},
    ],
)
def test_wrong(content: dict[str, object]) -> None:
    """What is no sample is told so."""
    with pytest.raises(ValueError, match=r"^samples: "):
        Samples.load(content)
