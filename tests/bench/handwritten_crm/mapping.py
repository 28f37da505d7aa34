"""The CRM's shapes to our records. Pure: no I/O, no clock."""

import re
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from connectors.sdk.contact import email_address, phone_number
from connectors.sdk.reading import drift, one_of, read
from schema.domain.customer import CustomerRecord
from schema.domain.errors import Conflict
from schema.domain.loyalty import LoyaltyRecord
from schema.domain.reference import SourceRef

_TIERS = {"T1": "Bronze", "T2": "Silver", "T3": "Gold"}
_POINTS = re.compile(r"-?[0-9]{1,15}")


class _Customer(Struct):
    """One record. A merged one holds, expanded, the record that it was merged into."""

    id: str
    last_name: str | None
    first_name: str | None
    email: str | None
    phone_no: str | None
    membership_no: str | None
    merged_into: "_Customer | None"


class _Account(Struct):
    """One loyalty account."""

    id: str
    membership_no: str | None
    points: str
    tier: str | None


class Asked(Struct, frozen=True):
    """What a mapping is told of the call: of which source, when, and where its phones are."""

    source: str
    at: datetime
    region: str


def customer(matches: Sequence[object], asked: Asked) -> CustomerRecord | None:
    """The one person whom the records under one key tell of; None where there is no record.

    Raises:
        SchemaDrift: A record is in an unknown form.
        Conflict: They are several people's, or one's whose records nobody has merged.
    """
    records = [_survivor(read(_Customer, row, where="customer")) for row in matches]
    persons = {record.id: record for record in records}
    if len(persons) > 1:
        # Which of them is meant cannot be told, and a guess would show one person another's orders.
        raise Conflict(f"{len(persons)} customers share one key: merge them in the CRM")
    return next((_customer(record, asked) for record in persons.values()), None)


def account(row: object, asked: Asked) -> LoyaltyRecord:
    """A loyalty account.

    Raises:
        SchemaDrift: It is in an unknown form.
    """
    found = read(_Account, row, where="loyalty")
    if not _POINTS.fullmatch(found.points):
        raise drift("loyalty.points", "expected a whole number")
    return LoyaltyRecord(
        ref=SourceRef(asked.source, found.id),
        as_of=asked.at,
        points=int(found.points),
        tier=one_of(_TIERS, found.tier, field="loyalty.tier") if found.tier else None,
        membership=_told(found.membership_no),
    )


def _survivor(record: _Customer) -> _Customer:
    while record.merged_into is not None:
        record = record.merged_into
    return record


def _customer(record: _Customer, asked: Asked) -> CustomerRecord:
    names = filter(None, (_told(record.last_name), _told(record.first_name)))
    return CustomerRecord(
        ref=SourceRef(asked.source, record.id),
        as_of=asked.at,
        name=" ".join(names) or None,
        email=email_address(record.email),
        phone=phone_number(record.phone_no, region=asked.region),
        membership=_told(record.membership_no),
    )


def _told(text: str | None) -> str | None:
    """The CRM leaves a field empty in two ways."""
    return (text or "").strip() or None
