"""Lists of payments and of refunds: their filters and connections."""

from collections.abc import Sequence
from datetime import datetime

import strawberry

from schema.domain.payment import (
    PaymentChannel,
    PaymentRecord,
    PaymentState,
    RefundRecord,
    RefundState,
)
from schema.graphql.connection import PageInfo
from schema.graphql.context import Info
from schema.graphql.cost import FREE
from schema.graphql.level import level_field
from schema.graphql.payment import Payment
from schema.graphql.refund import Refund
from schema.ports import payment_lists as port

_CURSOR = "Pass it as `after` for the rows that follow."


@strawberry.input(description="Which payments; a filter left out lets every payment through.")
class PaymentFilter:
    """Becomes `schema.ports.payment_lists.PaymentQuery`."""

    store: str | None = strawberry.field(
        default=None, description="Only payments on readers of the store with this code."
    )
    state: list[PaymentState] | None = strawberry.field(
        default=None, description="Only payments in one of these states."
    )
    channel: PaymentChannel | None = strawberry.field(
        default=None, description="Only payments made there."
    )
    order: strawberry.ID | None = strawberry.field(
        default=None, description="Only payments of this order."
    )
    since: datetime | None = strawberry.field(
        default=None, description="Only payments started at this moment or later."
    )
    until: datetime | None = strawberry.field(
        default=None, description="Only payments started before this moment."
    )


@strawberry.input(description="Which refunds; a filter left out lets every refund through.")
class RefundFilter:
    """Becomes `schema.ports.payment_lists.RefundQuery`."""

    store: str | None = strawberry.field(
        default=None, description="Only of payments on readers of the store with this code."
    )
    state: list[RefundState] | None = strawberry.field(
        default=None, description="Only refunds in one of these states."
    )
    channel: PaymentChannel | None = strawberry.field(
        default=None, description="Only of payments made there."
    )
    payment: strawberry.ID | None = strawberry.field(
        default=None, description="Only refunds of this payment."
    )
    order: strawberry.ID | None = strawberry.field(
        default=None, description="Only of payments of this order."
    )
    since: datetime | None = strawberry.field(
        default=None, description="Only refunds asked for at this moment or later."
    )
    until: datetime | None = strawberry.field(
        default=None, description="Only refunds asked for before this moment."
    )


def _page_infos(
    lists: Sequence[port.PaymentList] | Sequence[port.RefundList], _: Info
) -> Sequence[PageInfo]:
    return [
        PageInfo(has_next_page=it.has_next, end_cursor=it.edges[-1].cursor if it.edges else None)
        for it in lists
    ]


def _payments(lists: Sequence[port.PaymentList], _: Info) -> Sequence[Sequence[PaymentRecord]]:
    return [[edge.node for edge in it.edges] for it in lists]


def _refunds(lists: Sequence[port.RefundList], _: Info) -> Sequence[Sequence[RefundRecord]]:
    return [[edge.node for edge in it.edges] for it in lists]


@strawberry.type(description="A payment in a list.")
class PaymentEdge:
    """Shows `schema.ports.payment_lists.PaymentEdge`."""

    cursor: str = strawberry.field(description=_CURSOR)
    node: Payment = strawberry.field(description="The payment.")


@strawberry.type(description="Payments at readers and online, newest first.")
class PaymentConnection:
    """Shows `schema.ports.payment_lists.PaymentList`."""

    edges: list[PaymentEdge] = strawberry.field(description="The rows.")
    nodes: list[Payment] = level_field(_payments, description="The payments.", cost=FREE)
    page_info: PageInfo = level_field(_page_infos, description="Where the list goes on.", cost=FREE)


@strawberry.type(description="A refund in a list.")
class RefundEdge:
    """Shows `schema.ports.payment_lists.RefundEdge`."""

    cursor: str = strawberry.field(description=_CURSOR)
    node: Refund = strawberry.field(description="The refund.")


@strawberry.type(description="Refunds of payments at readers and online, newest first.")
class RefundConnection:
    """Shows `schema.ports.payment_lists.RefundList`."""

    edges: list[RefundEdge] = strawberry.field(description="The rows.")
    nodes: list[Refund] = level_field(_refunds, description="The refunds.", cost=FREE)
    page_info: PageInfo = level_field(_page_infos, description="Where the list goes on.", cost=FREE)
