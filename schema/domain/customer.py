"""Customers, and the keys by which systems know them."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from schema.domain.errors import InvalidRequest
from schema.domain.reference import SourceRef

_PUNCTUATION = re.compile(r"[\s().\-/]+")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


class CustomerKeyKind(StrEnum):
    """By what a customer is looked up."""

    ID = "ID"
    EMAIL = "EMAIL"
    PHONE = "PHONE"
    MEMBERSHIP = "MEMBERSHIP"


class CustomerKey(Struct, frozen=True):
    """One key of a customer.

    `value` is normalised: an e-mail trimmed and in lower case, a phone number in E.164, an id and a
    membership number as the system writes them. An `ID` is the id in the system that is asked.
    """

    kind: CustomerKeyKind
    value: str


class CustomerLink(Struct, frozen=True):
    """All that another record (an order, say) tells of its customer; None is not told."""

    ref: SourceRef | None = None
    membership: str | None = None
    email: str | None = None
    phone: str | None = None


class CustomerRecord(Struct, frozen=True):
    """A customer, as one system knows them."""

    ref: SourceRef
    as_of: datetime
    name: Annotated[
        str | None, Meta(description="The name to show, as the owning system writes it.")
    ] = None
    email: Annotated[str | None, Meta(description="E-mail address, trimmed and in lower case.")] = (
        None
    )
    phone: Annotated[
        str | None, Meta(description="Phone number in E.164, such as +81312345678.")
    ] = None
    membership: str | None = None

    @property
    def link(self) -> CustomerLink:
        """All that leads from other records to this customer."""
        return CustomerLink(self.ref, self.membership, self.email, self.phone)


class ExpectedCustomer(Struct, frozen=True):
    """A customer who has not been read yet: only the reference is known."""

    ref: SourceRef

    @property
    def link(self) -> CustomerLink:
        """All that leads from other records to this customer, so far."""
        return CustomerLink(self.ref)


def email_key(text: str) -> CustomerKey:
    """The key of an e-mail address, however a system or a client writes it."""
    return CustomerKey(CustomerKeyKind.EMAIL, text.strip().lower())


def phone_key(text: str) -> CustomerKey:
    """The key of a phone number in international form, however it is punctuated.

    Raises:
        InvalidRequest: It has no country code, or is no phone number (E.164).
    """
    number = _PUNCTUATION.sub("", text)
    if number.startswith("00"):
        number = f"+{number[2:]}"
    if not _E164.fullmatch(number):
        raise InvalidRequest("Give the phone number with its country code, such as +81312345678.")
    return CustomerKey(CustomerKeyKind.PHONE, number)
