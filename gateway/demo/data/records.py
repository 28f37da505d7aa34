"""The sample retailer as it truly is. Each sample system knows a part of this, in its own way."""

from datetime import date, datetime

from msgspec import Struct

from schema.domain.money import Money
from schema.domain.order import Channel, OrderStatus


class Store(Struct, frozen=True):
    """A store. Tills and warehouse know it by `number`, the payment provider by its location."""

    code: str
    name: str
    number: int
    time_zone: str
    currency: str
    latitude: float
    longitude: float
    terminal_location: str


class Variant(Struct, frozen=True):
    """One size and colour. `prices` are by currency, tax included."""

    sku: str
    gtin: str
    title: str
    product: int
    prices: dict[str, Money]


class Product(Struct, frozen=True):
    """What its variants have in common."""

    number: int
    title: str
    variants: tuple[Variant, ...]


class Customer(Struct, frozen=True):
    """A person, and which systems know them; `membership` is the number on their card."""

    number: int
    family_name: str
    given_name: str
    email: str
    phone: str
    joined_at: datetime
    in_crm: bool
    in_oms: bool
    membership: str | None = None
    points: int = 0


class Line(Struct, frozen=True):
    """Some units of one variant."""

    variant: Variant
    quantity: int
    unit_price: Money

    @property
    def total(self) -> Money:
        """The price of the whole line."""
        return Money(self.quantity * self.unit_price.minor, self.unit_price.currency)


class Order(Struct, frozen=True):
    """An order. Those of the channel STORE live in the POS, all others in the OMS.

    `store` is where it was sold or is to be collected; None ships to the customer's home.
    `placed_at` is UTC. `sequence` counts from 1 within the POS's store, or within the OMS.
    """

    sequence: int
    channel: Channel
    placed_at: datetime
    status: OrderStatus
    lines: tuple[Line, ...]
    paid: Money
    customer: Customer | None = None
    store: Store | None = None

    @property
    def total(self) -> Money:
        """The price of all lines."""
        first, *rest = (line.total for line in self.lines)
        return sum(rest, start=first)


class Shelf(Struct, frozen=True):
    """Whole units of one variant in one store."""

    store: Store
    variant: Variant
    on_hand: int
    committed: int
    reserved: int
    counted_at: datetime


class Delivery(Struct, frozen=True):
    """Units on their way to a store."""

    store: Store
    variant: Variant
    quantity: int
    expected_on: date


class Retailer(Struct, frozen=True):
    """Everything there is. Orders are oldest first; shelves by store and then SKU."""

    stores: tuple[Store, ...]
    products: tuple[Product, ...]
    customers: tuple[Customer, ...]
    orders: tuple[Order, ...]
    shelves: tuple[Shelf, ...]
    deliveries: tuple[Delivery, ...]

    @property
    def variants(self) -> tuple[Variant, ...]:
        """Of every product, in their order."""
        return tuple(variant for product in self.products for variant in product.variants)
