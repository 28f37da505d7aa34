"""What was found when the payment provider's books were compared with ours."""

from collections.abc import Sequence
from typing import Annotated

import strawberry

from schema.domain.payment import PaymentRecord, RefundRecord
from schema.domain.reconciliation import (
    FindingKind,
    FindingRecord,
    FindingSeverity,
    ReconciliationRunRecord,
)
from schema.graphql.connection import PAGE_DEFAULT, After, First, PageInfo, page_size
from schema.graphql.context import Info
from schema.graphql.cost import COST, FREE
from schema.graphql.level import level_field
from schema.graphql.nullability import SemanticNonNull
from schema.graphql.payment import Payment
from schema.graphql.record import shown_as, shows
from schema.graphql.refund import Refund
from schema.ports import payment_books as port

strawberry.enum(FindingKind, description="What does not agree, or stands still.")
shown_as(FindingKind, FindingKind)
strawberry.enum(
    FindingSeverity,
    description="How urgent a finding is. ERROR: money may be wrong until somebody has acted.",
)
shown_as(FindingSeverity, FindingSeverity)


async def _payments(
    findings: Sequence[FindingRecord], info: Info
) -> Sequence[PaymentRecord | None]:
    names = [it.payment for it in findings if it.payment is not None]
    found = iter(await info.context.payments.payments(info.context.scope, names))
    return [next(found) if it.payment is not None else None for it in findings]


async def _refunds(findings: Sequence[FindingRecord], info: Info) -> Sequence[RefundRecord | None]:
    names = [it.refund for it in findings if it.refund is not None]
    found = iter(await info.context.payments.refunds(info.context.scope, names))
    return [next(found) if it.refund is not None else None for it in findings]


@strawberry.type(description="One comparison of the payment provider's books with ours.")
@shows(ReconciliationRunRecord)
class ReconciliationRun:
    """Shows `schema.domain.reconciliation.ReconciliationRunRecord`."""


@strawberry.type(description="Something that a person may have to look at, until it is so no more.")
@shows(FindingRecord)
class Finding:
    """Shows `schema.domain.reconciliation.FindingRecord`."""

    payment: Payment | None = level_field(
        _payments, description="The payment it concerns; null where we have none."
    )
    refund: Refund | None = level_field(
        _refunds, description="The refund it concerns; null where it concerns none of ours."
    )


@strawberry.input(description="Which findings; a filter left out lets every one through.")
class FindingFilter:
    """Becomes `schema.ports.payment_books.FindingFilter`."""

    kind: list[FindingKind] | None = strawberry.field(
        default=None, description="Only findings of these kinds."
    )
    severity: list[FindingSeverity] | None = strawberry.field(
        default=None, description="Only findings that are so urgent."
    )

    def record(self) -> port.FindingFilter:
        """The filter as a record."""
        return port.FindingFilter(self.kind, self.severity)


def _nodes(lists: Sequence[port.FindingList], _: Info) -> Sequence[Sequence[FindingRecord]]:
    return [[edge.node for edge in it.edges] for it in lists]


def _page_infos(lists: Sequence[port.FindingList], _: Info) -> Sequence[PageInfo]:
    return [
        PageInfo(has_next_page=it.has_next, end_cursor=it.edges[-1].cursor if it.edges else None)
        for it in lists
    ]


@strawberry.type(description="A finding in a list.")
class FindingEdge:
    """Shows `schema.ports.payment_books.FindingEdge`."""

    cursor: str = strawberry.field(description="Pass it as `after` for the rows that follow.")
    node: Finding = strawberry.field(description="The finding.")


@strawberry.type(description="What is open, newest first.")
class FindingConnection:
    """Shows `schema.ports.payment_books.FindingList`."""

    edges: list[FindingEdge] = strawberry.field(description="The rows.")
    nodes: list[Finding] = level_field(_nodes, description="The findings.", cost=FREE)
    page_info: PageInfo = level_field(_page_infos, description="Where the list goes on.", cost=FREE)


async def _last_runs(
    roots: Sequence[object], info: Info
) -> Sequence[ReconciliationRunRecord | None]:
    return [await info.context.books.last_run(info.context.scope)] * len(roots)


async def _findings(
    roots: Sequence[object],
    info: Info,
    first: First = PAGE_DEFAULT,
    after: After = None,
    filter: Annotated[  # noqa: A002 - the field's standard name
        FindingFilter | None, strawberry.argument(description="Which findings; null is all.")
    ] = None,
) -> Sequence[port.FindingList]:
    size, context = page_size(first), info.context
    wanted = (filter or FindingFilter()).record()
    return [await context.books.findings(context.scope, wanted, size, after)] * len(roots)


@strawberry.type(description="The payment provider's books, compared with ours.")
class Reconciliation:
    """See `schema.ports.payment_books.PaymentBooks`."""

    last_run: ReconciliationRun | None = level_field(
        _last_runs, description="The comparison that was through last; null before the first."
    )
    findings: FindingConnection | None = level_field(
        _findings,
        description="What does not agree or stands still, newest first. Who may see some stores"
        " only sees what concerns payments of theirs.",
        null_is_error=True,
    )


@strawberry.type(description="What can be read of the books.")
class ReconciliationQueries:
    """A part of the root."""

    @strawberry.field(
        description="The payment provider's books, compared with ours.",
        directives=[SemanticNonNull()],
        metadata={COST: FREE},
    )
    def reconciliation(self) -> Reconciliation | None:
        """Read from our journal; the provider is not asked."""
        return Reconciliation()
