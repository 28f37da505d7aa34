from importlib.resources import files
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
    is_specified_scalar_type,
)

from schema.graphql.schema import core, sdl

# What clients and checks outside rely on: it may be added to and loosened, never renamed.
CONTRACT = """
scalar Decimal
scalar CurrencyCode
scalar DateTime
type Query {
  node(id: ID!): Node
  customer(by: CustomerBy!): Customer
  order(by: OrderBy!): Order
  orders(first: Int, after: String, filter: OrderFilter): OrderConnection
  variant(by: VariantBy!): ProductVariant
  store(by: StoreBy!): Store
  stores(near: GeoPoint, radiusKm: Float, first: Int, after: String): StoreConnection
  reader(store: String!, name: String!): Reader
  payment(id: ID!): Payment
  sources: [Source!]
}
interface Node { id: ID! }
input SourceRefInput { name: String! id: String! }
input CustomerBy { id: ID email: String phone: String membershipNumber: String
  source: SourceRefInput }
input OrderBy { id: ID number: String source: SourceRefInput }
input VariantBy { id: ID sku: String gtin: String }
input StoreBy { id: ID code: String }
input OrderFilter { channels: [Channel!] stores: [String!] customer: ID placedAfter: DateTime }
input GeoPoint { latitude: Float! longitude: Float! }
type Money { amount: Decimal! currency: CurrencyCode! minor: Int! }
type SourceRef { name: String! id: String! }
type Source { name: String! connector: String! }
type Customer { id: ID! name: String email: String phone: String identities: [CustomerIdentity!]
  orders(first: Int, after: String, channels: [Channel!]): OrderConnection loyalty: LoyaltyAccount }
type CustomerIdentity { source: SourceRef! }
type LoyaltyAccount { points: Int! }
type Order { id: ID! number: String! channel: Channel! placedAt: DateTime! status: OrderStatus!
  total: Money! customer: Customer store: Store lines: [OrderLine!] payments: [Payment!]
  source: SourceRef! }
type OrderConnection { missing: [SourceGap!]! nodes: [Order!]! }
type SourceGap { source: String! code: String! }
type OrderLine { quantity: Int! title: String! unitPrice: Money! total: Money!
  variant: ProductVariant }
type ProductVariant { id: ID! sku: String! gtin: String title: String! price: Money product: Product
  stock(stores: [String!]): [StockLevel!]
  availability(near: GeoPoint, radiusKm: Float): [StoreAvailability!] }
type Product { id: ID! }
type Store { id: ID! code: String! }
type StoreConnection { nodes: [Store!]! }
type StockLevel { store: Store onHand: Int! committed: Int! reserved: Int! available: Int!
  incoming: Int! asOf: DateTime! source: SourceRef! }
type StoreAvailability { store: Store quantity: Int! readyAt: DateTime asOf: DateTime!
  distanceKm: Float }
type Reader { id: ID! name: String! }
type Payment { id: ID! state: PaymentState! amount: Money! captured: Money! refunded: Money!
  reader: Reader order: Order failure: PaymentFailure events: [PaymentEvent!]! createdAt: DateTime!
  updatedAt: DateTime! }
type PaymentFailure { code: String! message: String! }
type PaymentEvent { at: DateTime! }
type Refund { id: ID! }
interface UserError { code: String! message: String! path: [String!]! }
type Mutation {
  terminalPaymentStart(input: TerminalPaymentStartInput!): TerminalPaymentStartPayload!
  terminalPaymentCancel(input: TerminalPaymentCancelInput!): TerminalPaymentCancelPayload!
  terminalPaymentCapture(input: TerminalPaymentCaptureInput!): TerminalPaymentCapturePayload!
  paymentRefund(input: PaymentRefundInput!): PaymentRefundPayload!
}
input ReaderInput { store: String! name: String! }
input MoneyInput { amount: Decimal! currency: CurrencyCode! }
input TerminalPaymentStartInput { reader: ReaderInput! order: ID amount: MoneyInput
  idempotencyKey: String! tipEligible: MoneyInput }
input TerminalPaymentCancelInput { payment: ID! }
input TerminalPaymentCaptureInput { payment: ID! amount: MoneyInput }
input PaymentRefundInput { payment: ID! amount: MoneyInput }
type TerminalPaymentStartPayload { payment: Payment userErrors: [UserError!]! }
type TerminalPaymentCancelPayload { payment: Payment userErrors: [UserError!]! }
type TerminalPaymentCapturePayload { payment: Payment userErrors: [UserError!]! }
type PaymentRefundPayload { payment: Payment userErrors: [UserError!]! }
enum PaymentState { PENDING AWAITING_CARD PROCESSING AUTHORIZED CAPTURED DECLINED CANCELED EXPIRED
  UNKNOWN }
enum OrderStatus { OPEN PARTIALLY_FULFILLED FULFILLED PARTIALLY_RETURNED RETURNED CANCELED }
enum Channel { STORE WEB APP SOCIAL CATALOG CALL_CENTER }
type Subscription { paymentUpdated(id: ID!): Payment! }
"""

PROMISED = build_schema(CONTRACT).type_map
FIELDED = (GraphQLObjectType, GraphQLInterfaceType, GraphQLInputObjectType)


def _own() -> dict[str, Any]:
    return {
        name: it
        for name, it in core().type_map.items()
        if not name.startswith("__") and not is_specified_scalar_type(it)
    }


def _elements() -> dict[str, str | None]:
    """The description of everything that can be asked, by its coordinate."""
    found: dict[str, str | None] = {}
    for name, it in _own().items():
        found[name] = it.description
        for field_name, field in it.fields.items() if isinstance(it, FIELDED) else ():
            found[f"{name}.{field_name}"] = field.description
            for argument, given in getattr(field, "args", {}).items():
                found[f"{name}.{field_name}({argument}:)"] = given.description
    return found


def test_the_printed_schema_is_current() -> None:
    """Clients generate code from the committed file."""
    printed = (files("schema.graphql") / "schema.graphql").read_text(encoding="utf-8")

    assert sdl().rstrip("\n") + "\n" == printed


def test_everything_is_described() -> None:
    """Each type, field and argument says what it is, in a sentence."""
    mute = [name for name, told in _elements().items() if not (told or "").endswith(".")]

    assert [] == mute


@pytest.mark.parametrize("name", sorted(name for name in PROMISED if not name.startswith("__")))
def test_the_fixed_names_are_there(name: str) -> None:
    """With the types promised; arguments and fields may have been added."""
    promised, own = PROMISED[name], core().type_map[name]

    if isinstance(promised, GraphQLEnumType):
        assert isinstance(own, GraphQLEnumType)
        assert set(promised.values) <= set(own.values)
        return
    for field_name, field in promised.fields.items() if isinstance(promised, FIELDED) else ():
        assert isinstance(own, FIELDED)
        assert str(field.type) == str(own.fields[field_name].type), f"{name}.{field_name}"
        for argument, given in getattr(field, "args", {}).items():
            assert str(given.type) == str(own.fields[field_name].args[argument].type)


def test_only_fields_of_the_record_itself_are_never_null() -> None:
    """One dead system leaves holes, not a dead page: relations and root reads may be null."""
    nodes = {
        "Customer",
        "Order",
        "Product",
        "ProductVariant",
        "Store",
        "Reader",
        "Payment",
        "Refund",
    }
    strict = [
        f"{name}.{field_name}"
        for name in ("Query", *sorted(nodes), "OrderLine", "StockLevel", "StoreAvailability")
        for field_name, field in _own()[name].fields.items()
        if str(field.type).endswith("!") and str(field.type).strip("[]!") in nodes
    ]

    assert [] == strict
