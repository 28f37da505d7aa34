"""A connector may say that a customer's reference is enough, and is then held to it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec.structs import replace
from typing_extensions import override

from connectors.sdk.context import CallContext
from connectors.sdk.testing import ReadSample, Samples, SuiteConfig, System
from connectors.sdk.testing.conform import Standing, run
from connectors.sdk.testing.kit import kind_of
from schema.domain.customer import CustomerLink
from schema.domain.errors import SourceError
from schema.domain.order import OrderPosition, OrderQuery, OrderRecord
from schema.domain.reference import SourceRef
from tests.unit.connectors.sdk.testing.connector import ShopConnector
from tests.unit.connectors.sdk.testing.shop import KEY, running_shop

FACT = "orders_of_reference_is_enough"


class Referring(ShopConnector):
    """Its orders tell the reference of the customer, each of whom has one order."""

    def finds_orders_by(self, ref: SourceRef) -> bool:
        """See `OrderReader.orders_of`."""
        return ref.name == self.source

    @override
    async def orders_of(
        self, ctx: CallContext, customers: Sequence[CustomerLink], limit: int
    ) -> Mapping[CustomerLink, Sequence[OrderRecord] | SourceError]:
        """See `OrderReader.orders_of`."""
        page = await self.order_page(ctx, OrderQuery(), after=None, hint=None, limit=100)
        found = {it: [row for row in page.rows if self.is_of(it, row)] for it in customers}
        return {
            link: sorted(rows, key=OrderPosition.of, reverse=True)[:limit]
            for link, rows in found.items()
        }

    @override
    def order(self, row: Any) -> OrderRecord:
        """Read an order."""
        found = super().order(row)
        ref = SourceRef(self.source, f"c{found.ref.id}")
        return replace(found, customer=CustomerLink(ref=ref, email=row["email"]))

    @override
    def passes(self, query: OrderQuery, row: OrderRecord) -> bool:
        """Whether a row is asked for."""
        return super().passes(query, row) and (
            query.customer is None or self.is_listed_for(query.customer, row)
        )

    def is_of(self, link: CustomerLink, row: OrderRecord) -> bool:
        """Whether an order is a customer's."""
        return row.customer is not None and row.customer.ref == link.ref

    def is_listed_for(self, link: CustomerLink, row: OrderRecord) -> bool:
        """Whether the list has an order for a customer."""
        return self.is_of(link, row)


class FindsMoreByEmail(Referring):
    """An e-mail leads to more orders than the reference does."""

    @override
    def is_of(self, link: CustomerLink, row: OrderRecord) -> bool:
        """Whether an order is a customer's."""
        return super().is_of(link, row) or (link.email is not None and row.number == "0009")


class ListsByEmail(Referring):
    """Its list knows customers by e-mail alone."""

    @override
    def is_listed_for(self, link: CustomerLink, row: OrderRecord) -> bool:
        """Whether the list has an order for a customer."""
        return row.customer is not None and row.customer.email == link.email


class NeedsMore(Referring):
    """It says that no reference is enough."""

    @override
    def finds_orders_by(self, ref: SourceRef) -> bool:
        """See `OrderReader.orders_of`."""
        return False


@asynccontextmanager
async def running() -> AsyncIterator[System]:
    """The shop, and two of its customers."""
    known = tuple(
        CustomerLink(
            ref=SourceRef("under_test", f"c000{number}"), email=f"taro.{number}@example.jp"
        )
        for number in (1, 2)
    )
    async with running_shop() as system:
        yield replace(system, samples=Samples(reads={"orders_of": ReadSample(known=known)}))


@pytest.mark.parametrize(
    ("connector", "standing"),
    [
        (Referring, Standing.PROVED),
        (FindsMoreByEmail, Standing.FAILED),
        (ListsByEmail, Standing.FAILED),
        (NeedsMore, Standing.NOT_APPLICABLE),
    ],
)
async def test_a_reference_is_enough(connector: type[Referring], standing: Standing) -> None:
    """Both where customers' orders are asked for together, and in the list of one of them."""
    suite = SuiteConfig(system=running, config={"key": KEY})
    report = await run(kind_of(connector), suite, only=lambda fact: fact.name == FACT)

    assert [standing] == [it.standing for it in report.findings]


async def test_who_says_nothing_is_not_asked() -> None:
    """The fact is none of a connector without the method."""
    suite = SuiteConfig(system=running, config={"key": KEY})
    report = await run(kind_of(ShopConnector), suite, only=lambda fact: fact.name == FACT)

    assert () == report.findings
