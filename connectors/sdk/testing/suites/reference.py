"""Orders of customers of whom nothing but the reference is known yet."""

from collections.abc import Sequence
from typing import Any

from connectors.sdk.testing.bench import Bench
from connectors.sdk.testing.fact import NotApplicableError, require
from connectors.sdk.testing.methods import ORDERS_OF, READS
from connectors.sdk.testing.suite import ReadSample
from connectors.sdk.testing.suites.batch import asked, healthy
from connectors.sdk.testing.values import told
from schema.domain.customer import CustomerLink
from schema.domain.order import OrderQuery, OrderRecord


async def reference_is_enough(bench: Bench) -> None:
    """Where orders are said to be found by a customer's reference, other keys add none."""
    connector, method = bench.connector(), READS[ORDERS_OF]
    known = bench.read_sample(ORDERS_OF).known
    links = [it for it in known if it.ref is not None and connector.finds_orders_by(it.ref)]
    if not links:
        raise NotApplicableError("no sample has a reference by which orders are said to be found")
    alone = [CustomerLink(ref=it.ref) for it in links]
    whole = await asked(bench, connector, method, links)
    found = await healthy(bench, connector, method, ReadSample(known=tuple(alone)))

    for number, (link, reference) in enumerate(zip(links, alone, strict=True)):
        same = told(found[reference]) == told(whole.get(link))
        require(same, f"customer {number} has other orders by the reference alone")
    newest = await _newest(bench, connector, alone[0])
    require(told(newest) == told(found[alone[0]][:1]), "the list has another order as the newest")


async def _newest(bench: Bench, connector: Any, customer: CustomerLink) -> Sequence[OrderRecord]:
    """The newest order of a customer in the list; a system may read it all to find them."""
    query = OrderQuery(customer=customer)
    ended = await bench.outcome(
        lambda: connector.order_page(bench.context(), query, after=None, hint=None, limit=1)
    )
    if ended.error is not None:
        raise NotApplicableError("the list of one customer's orders did not come")
    rows: Sequence[OrderRecord] = ended.answer.rows[:1]
    return rows
