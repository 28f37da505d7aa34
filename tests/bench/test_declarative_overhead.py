"""A connector without code costs hardly more than one in Python."""

import pytest

from connectors.kasane_crm.client import KasaneCrm
from tests.bench.declarative import compare
from tests.bench.handwritten_crm.client import KasaneCrm as HandwrittenCrm

MOST = 1.5


@pytest.mark.long
@pytest.mark.timeout(120)
async def test_a_batch_without_code_costs_little_more() -> None:
    """The processor's time of whole calls, for the same answer out of one call."""
    found = await compare(HandwrittenCrm, KasaneCrm)

    assert found.is_same_answer
    assert {"customers.batch": 1} == found.calls
    assert found.ratio <= MOST
