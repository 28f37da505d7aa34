"""Products and the variants that are sold."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from schema.domain.money import Money
from schema.domain.reference import SourceRef


class VariantKeyKind(StrEnum):
    """By what a variant is looked up."""

    SKU = "SKU"
    GTIN = "GTIN"


class VariantKey(Struct, frozen=True):
    """One key of a variant: our SKU, or the GTIN as digits."""

    kind: VariantKeyKind
    value: str


class VariantRecord(Struct, frozen=True):
    """One size and colour of a product, as one system knows it. `product` is its id there."""

    ref: SourceRef
    as_of: datetime
    sku: Annotated[str, Meta(description="Our stock keeping unit; the same in every system.")]
    title: Annotated[str, Meta(description="What the shelf label says.")]
    product: str | None = None
    gtin: Annotated[str | None, Meta(description="Global Trade Item Number, 8 to 14 digits.")] = (
        None
    )
    price: Annotated[Money | None, Meta(description="List price.")] = None


class ExpectedVariant(Struct, frozen=True):
    """A variant that has not been read yet: only the SKU is known."""

    sku: str


class ProductRecord(Struct, frozen=True):
    """What its variants have in common, as one system knows it. `skus` are its variants'."""

    ref: SourceRef
    as_of: datetime
    title: Annotated[str, Meta(description="The product's name.")]
    skus: tuple[str, ...] = ()
