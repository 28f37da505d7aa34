"""Customers."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from schema.domain.customer import (
    CustomerKey,
    CustomerKeyKind,
    CustomerRecord,
    ExpectedCustomer,
    email_key,
    phone_key,
)
from schema.domain.errors import TillgraphError
from schema.domain.loyalty import LoyaltyRecord
from schema.domain.reference import GlobalId
from schema.domain.reference import SourceRef as SourceRefRecord
from schema.graphql.channel import Channel
from schema.graphql.connection import PAGE_DEFAULT, After, First, page_size
from schema.graphql.context import Info
from schema.graphql.cost import FREE
from schema.graphql.level import level_field
from schema.graphql.loyalty import LoyaltyAccount
from schema.graphql.node import ID_DESCRIPTION, Node
from schema.graphql.record import shows
from schema.graphql.source import SourceRef, SourceRefInput
from schema.ports.orders import OrderList

if TYPE_CHECKING:
    from schema.graphql.order import OrderConnection


@strawberry.input(one_of=True, description="One key of a customer.")
class CustomerBy:
    """Exactly one of the keys."""

    id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The customer's id in this graph."
    )
    email: str | None = strawberry.field(
        default=strawberry.UNSET, description="E-mail address; case does not matter."
    )
    phone: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Phone number with its country code, such as +81 3-1234-5678.",
    )
    membership_number: str | None = strawberry.field(
        default=strawberry.UNSET, description="Number on the membership card."
    )
    source: SourceRefInput | None = strawberry.field(
        default=strawberry.UNSET, description="The customer's record in one system."
    )

    def key(self) -> CustomerKey | None:
        """The key asked for; None where it is an id or a record in one system.

        Raises:
            InvalidRequest: The phone number has no country code.
        """
        if self.email:
            return email_key(self.email)
        if self.phone:
            return phone_key(self.phone)
        if self.membership_number:
            return CustomerKey(CustomerKeyKind.MEMBERSHIP, self.membership_number.strip())
        return None

    @cached_property
    def reference(self) -> SourceRefRecord | None:
        """The customer's record, where the key names one. Raises `InvalidRequest` for no id."""
        if self.source:
            return self.source.record()
        if not self.id:
            return None
        match GlobalId.parse(self.id):
            case GlobalId("Customer", (name, id_)):
                return SourceRefRecord(name, id_)
            case _:
                return None


@strawberry.type(description="A customer's record in one system.")
class CustomerIdentity:
    """One of the records that make up a customer."""

    source: SourceRef = strawberry.field(description="The record.")
    membership_number: str | None = strawberry.field(
        description="Number on the membership card, where the system knows one."
    )


async def _orders(
    customers: Sequence[CustomerRecord | ExpectedCustomer],
    info: Info,
    first: First = PAGE_DEFAULT,
    after: After = None,
    channels: Annotated[
        list[Channel] | None,
        strawberry.argument(description="Only orders placed there; null is everywhere."),
    ] = None,
) -> Sequence[OrderList | TillgraphError]:
    return await info.context.orders.of_customers(
        info.context.scope, customers, page_size(first), after, channels
    )


async def _loyalty(
    customers: Sequence[CustomerRecord], info: Info
) -> Sequence[LoyaltyRecord | TillgraphError | None]:
    return await info.context.customers.loyalty(info.context.scope, customers)


def _ids(customers: Sequence[CustomerRecord], info: Info) -> Sequence[str]:
    return [info.context.ids.give("Customer", it.ref) for it in customers]


def _identities(customers: Sequence[CustomerRecord], _: Info) -> Sequence[list[CustomerIdentity]]:
    return [
        [CustomerIdentity(source=it.ref, membership_number=it.membership)]  # type: ignore[arg-type]
        for it in customers
    ]


@strawberry.type(description="A customer, whichever systems know them.")
@shows(CustomerRecord)
class Customer(Node):
    """Shows `schema.domain.customer.CustomerRecord`."""

    id: strawberry.ID = level_field(_ids, description=ID_DESCRIPTION)
    orders: Annotated["OrderConnection", strawberry.lazy("schema.graphql.order")] | None = (
        level_field(
            _orders,
            description="Orders over every channel and system, newest first.",
            null_is_error=True,
            needs=["ref"],  # an expected customer is one whose other keys do not matter
        )
    )
    loyalty: LoyaltyAccount | None = level_field(
        _loyalty, description="Account in the loyalty programme; null where there is none."
    )

    identities: list[CustomerIdentity] | None = level_field(
        _identities,
        description="The records that make up this customer.",
        null_is_error=True,
        cost=FREE,
    )

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        """Whether the record is a customer's."""
        return isinstance(value, CustomerRecord)
