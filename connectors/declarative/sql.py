"""A SQL database as a source. It is only read."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import TextClause, bindparam, text

from connectors.declarative.exchange import Answer, Surroundings
from connectors.declarative.model.request import SqlRequest
from connectors.declarative.model.source import SqlSource
from connectors.declarative.template import Render, Values, text_of, tree_of
from connectors.sdk.context import CallContext
from connectors.sdk.sql import SqlClient, database_url
from schema.domain.errors import Unsupported

# Nearly every value is one of these, and to look for others costs more than all else of a row.
_PLAIN = frozenset({str, int, float, type(None)})

_Statement = tuple[TextClause, frozenset[str], Render]


class SqlWire:
    """Statements of the file's author, sent as they stand; every value is bound.

    A value that is a list is bound one by one, for IN. A value that is absent is NULL; a list that
    is absent is no filter, which the statement has to allow for: `:no_stores OR x IN :stores`.
    """

    def __init__(self, source: SqlSource, surroundings: Surroundings) -> None:
        self._values = surroundings.values
        self._faults = surroundings.faults
        url = database_url(text_of(source.url)(surroundings.values))
        self._sql = SqlClient(url, surroundings.limits)
        self._statements: dict[int, tuple[SqlRequest, _Statement]] = {}

    def can_ask(self, key: str) -> bool:
        """See `Wire.can_ask`."""
        # No database holds these in a text: PostgreSQL refuses them, and with them the whole batch.
        return "\0" not in key and not any("\ud800" <= letter <= "\udfff" for letter in key)

    async def ask(
        self, ctx: CallContext, request: SqlRequest, values: Values, *, write: bool = False
    ) -> Answer:
        """See `Wire.ask`. The content is a list of rows, by column."""
        if write:
            raise Unsupported("the database is only read")
        statement, names, binds = self._statement(request)
        given = {**self._values, **values}
        given.update(binds(given))
        parameters = {name: _given(given, name, names) for name in names}
        for name, width in request.padded.items():
            parameters[name] = _both_forms(parameters[name], width)
        lists = [name for name, value in parameters.items() if isinstance(value, list | tuple)]
        statement = statement.bindparams(*(bindparam(it, expanding=True) for it in lists))
        rows = await self._sql.rows(ctx, statement, parameters)
        content = [{name: _plain(value) for name, value in row.items()} for row in rows]
        self._faults.check(content)
        return Answer(content)

    async def aclose(self) -> None:
        """See `Wire.aclose`."""
        await self._sql.aclose()

    def _statement(self, request: SqlRequest) -> _Statement:
        # A request lives as long as the file, and is held so that no other takes its identity.
        if id(request) not in self._statements:
            statement = text(request.statement)
            made = (statement, frozenset(statement.compile().params), tree_of(request.binds))
            self._statements[id(request)] = (request, made)
        return self._statements[id(request)][1]


def _given(values: Values, name: str, names: Collection[str]) -> Any:
    """A name's value. A list that is absent must not be taken for an empty one."""
    if name not in values:
        raise Unsupported(f"the statement's :{name} is no name that this port gives")
    flag = f"no_{name}"
    if values[name] is None and flag in values:
        if flag not in names:
            raise Unsupported(f"the statement takes :{name} always; add :{flag}")
        return []
    return values[name]


def _both_forms(value: Any, width: int) -> list[str]:
    """Each text padded and bare, of those that a column of type CHAR can hold."""
    texts = value if isinstance(value, list | tuple) else [value]
    held = [it for it in texts if isinstance(it, str) and 0 < len(it) <= width]
    return [form for it in held for form in dict.fromkeys((it, it.ljust(width)))]


def _plain(value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    return value
