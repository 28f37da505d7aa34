"""Finds records by their keys: all in one call, or one call for each."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

from msgspec import Struct

from connectors.declarative.answer_row import as_asked, asked_key, gathered
from connectors.declarative.connector import DeclarativeConnector
from connectors.declarative.expression import found_by
from connectors.declarative.mapping import Make
from connectors.declarative.model.lookup import Lookup
from connectors.declarative.sharing import each
from connectors.declarative.template import Values
from connectors.sdk.context import CallContext
from connectors.sdk.reading import drift
from schema.domain.errors import Conflict, NotFound, SchemaDrift, SourceError

Found: TypeAlias = dict[str, list[Any] | SourceError]
"""The records of each key that is known; where one cannot be read, its error."""


class Search(Struct, frozen=True):
    """One lookup of one connector.

    `key_of` tells the key of a record made, where it has one. `written` makes {keys} of the keys.
    """

    connector: DeclarativeConnector
    lookup: Lookup[Any]
    make: Make
    key_of: Callable[[Any], Any] | None = None
    ignores_case: bool = False
    written: Callable[[Sequence[str]], Any] = list

    async def find(
        self, ctx: CallContext, keys: Sequence[str], values: Values | None = None
    ) -> Found:
        """The records of each key."""
        wire, pattern = self.connector.wire, self.lookup.pattern
        asked = [
            key
            for key in dict.fromkeys(keys)
            if wire.can_ask(self.theirs(key)) and (pattern is None or re.fullmatch(pattern, key))
        ]
        if not asked:
            return {}
        if self.lookup.request.asks_for_all:
            return await self._all(ctx, asked, values or {})
        found = await each({key: self._one(ctx, key, values or {}) for key in asked})
        return {key: it for key, it in found.items() if it is not None}

    def theirs(self, key: str) -> str:
        """A key as the system writes it."""
        left_out = self.lookup.without
        return key.translate(str.maketrans("", "", left_out)) if left_out else key

    async def _all(self, ctx: CallContext, keys: Sequence[str], values: Values) -> Found:
        connector = self.connector
        asked_at = datetime.now(UTC)
        written = self.written(list(dict.fromkeys(map(self.theirs, keys))))
        try:
            answer = await connector.wire.ask(ctx, self.lookup.request, {**values, "keys": written})
        except NotFound:
            return {}
        rows = connector.rows(self.lookup)(answer.content)
        sorting = _Sorting(self, keys, asked_at)
        return (
            sorting.by_position(rows) if self.lookup.match == "position" else sorting.by_key(rows)
        )

    async def _one(
        self, ctx: CallContext, key: str, values: Values
    ) -> list[Any] | SourceError | None:
        connector = self.connector
        asked_at = datetime.now(UTC)
        try:
            async with connector.gate:
                given = {**values, "key": self.theirs(key)}
                answer = await connector.wire.ask(ctx, self.lookup.request, given)
        except NotFound:
            return None
        rows = connector.rows(self.lookup)(answer.content)
        sorting = _Sorting(self, [key], asked_at)
        if self.lookup.match is None and self.key_of is None:
            found = sorting.by_position([rows])
        else:
            found = sorting.by_key(rows)
        return found.get(key)


class _Sorting:
    """Gives the rows of one answer to the keys that asked for them."""

    def __init__(self, search: Search, keys: Sequence[str], asked_at: datetime) -> None:
        lookup = search.lookup
        self._search = search
        self._asked_at = asked_at
        self._folds = lookup.ignore_case or search.ignores_case
        self._keys = {self._folded(key): key for key in keys}
        self._match = None if lookup.match in {None, "position"} else found_by(str(lookup.match))
        self._each = found_by(lookup.each) if lookup.each else None
        self._follow = found_by(lookup.follow) if lookup.follow else None
        self._is_none = found_by(lookup.none_when) if lookup.none_when else None
        self._found: Found = {}

    def by_position(self, rows: Sequence[Any]) -> Found:
        """Rows that come in the order asked: a record, several, or none of each key."""
        if len(rows) != len(self._keys):
            raise drift(self._search.lookup.rows, "expected one row for each key")
        for key, row in zip(self._keys.values(), rows, strict=True):
            for one in row if isinstance(row, list) else [row]:
                if one is not None:
                    self._add(key, self._made(one))
        return self._found

    def by_key(self, rows: Sequence[Any]) -> Found:
        """Rows that tell which key they answer.

        A row whose key cannot be told, or is none that was asked for where the lookup is exact, may
        be that of any key without one, none of which can then be called unknown.
        """
        strays, is_exact = 0, self._search.lookup.exact
        for row in self._prepared(rows):
            for made in self._records(row):
                key = self._key(row, made)
                if key in self._keys:
                    self._add(self._keys[key], made)
                elif (key is None or is_exact) and not isinstance(made, NotFound):
                    strays += 1
        if strays:
            for key in self._keys.values():
                self._found.setdefault(key, SchemaDrift(f"{strays} rows tell none of the keys"))
        return self._found

    def _prepared(self, rows: Iterable[Any]) -> Iterable[Any]:
        lookup = self._search.lookup
        if lookup.gather:
            rows = gathered(rows, lookup.gather, self._told)
        if lookup.without:
            rows = list(as_asked(rows, list(self._keys.values()), self._told, self._theirs))
            self._match = asked_key
        return rows

    def _records(self, row: Any) -> Iterator[Any]:
        """What a row makes: one record, or those of its list after None for the row itself."""
        if self._each is None:
            yield self._made(row)
            return
        yield None
        elements = self._each(row)
        if not isinstance(elements, list):
            yield drift(str(self._search.lookup.each), "expected a list")
            return
        for element in elements:
            yield self._made({**row, **element} if isinstance(element, dict) else element)

    def _made(self, row: Any) -> Any:
        """The record, its error, or None for a row that tells only of its key."""
        if self._is_none is not None and self._is_none(row):
            return None
        try:
            return self._search.make(self._last(row), self._asked_at)
        except SourceError as error:
            return error

    def _last(self, row: Any) -> Any:
        """The row that has replaced a row, over any number of others."""
        while self._follow is not None and (later := self._follow(row)) is not None:
            if not isinstance(later, dict):
                raise drift(str(self._search.lookup.follow), "expected a record")
            row = later
        return row

    def _key(self, row: Any, made: Any) -> str | None:
        if self._match is not None:
            return self._told(row)
        if made is None or isinstance(made, SourceError) or self._search.key_of is None:
            return None
        return self._text(self._search.key_of(made))

    def _told(self, row: Any) -> str | None:
        """The key that a row tells by `match`."""
        return None if self._match is None else self._text(self._match(row))

    def _text(self, value: Any) -> str | None:
        if isinstance(value, bool) or not isinstance(value, str | int):
            return None
        return self._folded(str(value).strip())

    def _theirs(self, key: str) -> str:
        return self._folded(self._search.theirs(key))

    def _folded(self, key: str) -> str:
        return key.casefold() if self._folds else key

    def _add(self, key: str, made: Any) -> None:
        # What the configuration does not map is not ours, and tells nothing of the key either.
        if isinstance(made, NotFound):
            return
        records = self._found.setdefault(key, [])
        if isinstance(made, SourceError):
            self._found[key] = made
        elif made is not None and not isinstance(records, SourceError):
            records.append(made)


def single(found: Mapping[Any, list[Any] | SourceError]) -> dict[Any, Any]:
    """The one record of each key; several are a `Conflict`, as a guess could be another's."""
    answers: dict[Any, Any] = {}
    for key, records in found.items():
        if isinstance(records, SourceError):
            answers[key] = records
            continue
        distinct = {record.ref: record for record in records}
        if len(distinct) > 1:
            answers[key] = Conflict(f"{len(distinct)} records share one key")
        elif records:
            answers[key] = records[0]
    return answers


def cut(
    found: Mapping[Any, list[Any] | SourceError],
    order: Callable[[Any], Any],
    *,
    reverse: bool = False,
    limit: int | None = None,
) -> dict[Any, Any]:
    """The records of each key in order, and at most so many."""
    return {
        key: it if isinstance(it, SourceError) else sorted(it, key=order, reverse=reverse)[:limit]
        for key, it in found.items()
    }
