"""Who the CRM knows, found by id and by key."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any, Literal

from msgspec.structs import asdict, replace

from gateway.demo.crm.records import Account, Person, account, duplicates, person
from gateway.demo.data.records import Customer

By = Literal["email", "phone", "membership"]

_FIELDS: Mapping[By, str] = {
    "email": "email",
    "phone": "phone_no",
    "membership": "membership_no",
}


class Directory:
    """Every record and account. Order: by id."""

    def __init__(self, customers: Sequence[Customer]) -> None:
        known = [customer for customer in customers if customer.in_crm]
        records = [*map(person, known), *duplicates(customers)]
        self._persons = {it.id: it for it in sorted(records, key=lambda it: it.id)}
        self._accounts = {it.customer_id: it for it in map(account, known) if it}
        self._found: dict[tuple[By, str], list[str]] = defaultdict(list)
        for record in self._persons.values():
            for key in _keys(record):
                self._found[key].append(record.id)

    def person(self, customer: str) -> Person | None:
        """The record of an id, merged or not."""
        return self._persons.get(customer)

    def survivor(self, customer: str) -> Person | None:
        """The record that an id leads to, over every merge."""
        record = self._persons.get(customer)
        while record and record.merged_into:
            record = self._persons.get(record.merged_into)
        return record

    def account(self, customer: str) -> Account | None:
        """The account of a customer; one that was merged took it along."""
        record = self.survivor(customer)
        return self._accounts.get(record.id) if record else None

    def matches(self, by: By, value: str) -> list[Person]:
        """Every record with this key, whatever its capitals and dashes."""
        return [self._persons[it] for it in self._found.get((by, _FOLDS[by](value)), ())]

    def page(self, after: str, limit: int) -> list[Person]:
        """Records whose id follows `after`."""
        following = (it for it in self._persons.values() if it.id > after)
        return list(islice(following, limit))

    def update(self, customer: str, changes: Mapping[str, Any], now_ms: int) -> Person:
        """Change fields of a record that is there."""
        old = self._persons[customer]
        new = replace(old, **changes, updated_ms=now_ms)
        for key in _keys(old):
            self._found[key].remove(customer)
        for key in _keys(new):
            self._found[key].append(customer)
        self._persons[customer] = new
        return new

    def shown(self, record: Person, *, expand: bool) -> dict[str, Any]:
        """A record as it is sent; expanded, `merged_into` is the other record and not its id."""
        content = asdict(record)
        other = self._persons.get(record.merged_into or "")
        if expand and other:
            content["merged_into"] = self.shown(other, expand=True)
        return content


def _keys(record: Person) -> list[tuple[By, str]]:
    values = ((by, getattr(record, field)) for by, field in _FIELDS.items())
    return [(by, _FOLDS[by](value)) for by, value in values if value]


def _digits(phone: str) -> str:
    """The digits that are dialled in Japan."""
    digits = re.sub(r"[^0-9+]", "", phone)
    return f"0{digits[3:]}" if digits.startswith("+81") else digits.lstrip("+")


_FOLDS: Mapping[By, Callable[[str], str]] = {
    "email": lambda text: text.strip().casefold(),
    "phone": _digits,
    "membership": str.strip,
}
