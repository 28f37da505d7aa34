"""Kasane's customers as the CRM writes them: split names, national phones, milliseconds, words.

The names of fields are those on the wire.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime

import phonenumbers
from msgspec import Struct
from phonenumbers import PhoneNumberFormat

from gateway.demo.data.records import Customer

# Somebody signed up twice. Of most the older record was merged into the newer; nobody has yet
# looked at the newest ones, who bought nothing by which another system could lead to them.
_MERGED_EVERY = 61
_UNMERGED = 3
_COUNTRY_CODE = 81
_TIERS = (("T3", 10_000), ("T2", 2_000), ("T1", 0))
_DAY_MS = 86_400_000
_NEVER_WRITTEN = ("", None)


class Person(Struct):
    """A customer's record. One `merged_into` another is kept, for those who hold its id."""

    id: str
    last_name: str
    first_name: str
    last_name_kana: str | None
    first_name_kana: str | None
    email: str | None
    phone_no: str | None
    membership_no: str | None
    created_ms: int
    updated_ms: int
    merged_into: str | None = None


class Account(Struct):
    """A loyalty account; `points` are digits in a string, `tier` is T1, T2 or T3."""

    id: str
    customer_id: str
    membership_no: str
    points: str
    tier: str
    updated_ms: int


def person(customer: Customer) -> Person:
    """The record of a customer that the CRM knows."""
    joined_ms = _ms(customer.joined_at)
    blank = _NEVER_WRITTEN[customer.number % 2]
    return Person(
        id=customer_id(customer),
        last_name=customer.family_name,
        first_name=customer.given_name,
        last_name_kana=blank,
        first_name_kana=blank,
        email=_as_typed(customer),
        phone_no=_as_dialled(customer.phone),
        membership_no=customer.membership or blank,
        created_ms=joined_ms,
        updated_ms=joined_ms + (customer.number % 400) * _DAY_MS,
    )


def account(customer: Customer) -> Account | None:
    """The account of a customer who holds a card."""
    if customer.membership is None:
        return None
    return Account(
        id=_id("lyl", customer.number),
        customer_id=customer_id(customer),
        membership_no=customer.membership,
        points=str(customer.points),
        tier=next(tier for tier, least in _TIERS if customer.points >= least),
        updated_ms=_ms(customer.joined_at),
    )


def duplicates(customers: Sequence[Customer]) -> list[Person]:
    """The second records of people who signed up twice; they never have a card."""
    known = [customer for customer in customers if customer.in_crm]
    members = [it for it in known if it.membership is not None and not it.in_oms]
    unmerged = {customer.number for customer in members[-_UNMERGED:]}
    return [
        _older(customer, merged=customer.number not in unmerged)
        for customer in known
        if customer.number % _MERGED_EVERY == 0 or customer.number in unmerged
    ]


def customer_id(customer: Customer) -> str:
    """The CRM's own id of a customer."""
    return _id("crm", customer.number)


def _older(customer: Customer, *, merged: bool) -> Person:
    record = person(customer)
    return Person(
        id=_id("crm", -customer.number),
        last_name=record.last_name,
        first_name="",
        last_name_kana=None,
        first_name_kana="",
        email=customer.email.upper(),
        phone_no="",
        membership_no=None,
        created_ms=record.created_ms - 200 * _DAY_MS,
        updated_ms=record.created_ms,
        merged_into=record.id if merged else None,
    )


def _id(kind: str, number: int) -> str:
    return f"{kind}_{hashlib.sha256(f'{kind} {number}'.encode()).hexdigest()[:12]}"


def _as_typed(customer: Customer) -> str:
    """The address with the capitals that some people give it."""
    name, _, host = customer.email.partition("@")
    return f"{name.title()}@{host}" if customer.number % 5 == 0 else customer.email


def _as_dialled(phone: str) -> str:
    """A number as it is written in Japan, where the company is; foreign ones with their code."""
    number = phonenumbers.parse(phone)
    at_home = number.country_code == _COUNTRY_CODE
    form = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)


def _ms(when: datetime) -> int:
    return int(when.timestamp() * 1_000)
