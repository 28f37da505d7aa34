"""A connector that a file describes."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from connectors.declarative.configuration import config_values
from connectors.declarative.exchange import Surroundings, wire_of
from connectors.declarative.faults import Faults
from connectors.declarative.mapping import Make, compiled
from connectors.declarative.model.file import AnyFile
from connectors.declarative.model.paging import TimeForm
from connectors.declarative.model.records import RECORDS
from connectors.declarative.moment import writer
from connectors.declarative.rows import rows_by
from connectors.declarative.template import ABSENT, text_of
from connectors.declarative.terms import MappingError, Terms
from connectors.declarative.vocabulary import RECORDS_OF
from connectors.sdk.context import CallContext
from connectors.sdk.manifest import Manifest
from connectors.sdk.source import SourceContext
from schema.domain.errors import Unsupported
from schema.domain.reference import SourceRef

# By what a list can be asked for beside a customer's reference.
_OTHER_KEYS = frozenset({"membership", "email", "phone"})


class DeclarativeConnector:
    """What every such class has; `connector_class` adds the methods that its file describes.

    Concurrency: any number of callers.
    """

    Config: ClassVar[type[BaseModel]]
    Manifest: ClassVar[Manifest]
    file: ClassVar[AnyFile]
    folder: ClassVar[Path]

    def __init__(self, config: BaseModel, context: SourceContext) -> None:
        self.name = context.name
        self.limits = context.limits
        self.values = config_values(config)
        self.gate = asyncio.Semaphore(context.limits.concurrency)
        self.customers_of = self._customers_of()
        self._by_reference = _by_reference(self.file)
        terms = Terms(
            context.name,
            self.file.enums,
            self.values,
            self.folder,
            customers=self.customers_of,
        )
        self._terms = terms
        self._makes = dict(_makes(self.file, terms))
        self._rows: dict[str, Callable[[Any], list[Any]]] = {}
        surroundings = Surroundings(
            values=self.values,
            folder=self.folder,
            limits=context.limits,
            http=context.http,
            faults=Faults(self.file.errors),
        )
        self.wire = wire_of(self.file.source, surroundings)

    async def probe(self, ctx: CallContext) -> None:
        """See `Connector.probe`."""
        await self.wire.ask(ctx, self.file.probe.request, {})

    async def aclose(self) -> None:
        """See `Connector.aclose`."""
        await self.wire.aclose()

    def finds_orders_by(self, ref: SourceRef) -> bool:
        """See `OrderReader.orders_of`."""
        return self._by_reference and ref.name == self.customers_of

    def record(self, name: str) -> Make:
        """How records of a kind are made."""
        return self._makes[name]

    def record_of(self, method: str) -> Make:
        """How the records of a port's method are made."""
        return self._makes[RECORDS_OF[method] or ""]

    def rows(self, part: Any) -> Callable[[Any], list[Any]]:
        """How a lookup, a walk or a write finds the records in an answer's content."""
        if part.rows not in self._rows:
            leaves_out_empty = self.file.source.kind == "http_xml"
            self._rows[part.rows] = rows_by(part.rows, leaves_out_empty=leaves_out_empty)
        return self._rows[part.rows]

    def config_map(self, name: str) -> Mapping[str, str]:
        """A map of the configuration, ours to theirs."""
        return self.values.get(f"config.{name}") or {}

    def _customers_of(self) -> str:
        """The source whose customer ids the system uses: its own, unless it is told another."""
        given = self.file.customers_of
        told = None if given is None else text_of(given)(self.values)
        return self.name if told is None or told is ABSENT else str(told)

    def theirs(self, map_name: str | None, ours: Sequence[str] | None) -> list[str] | None:
        """Our codes in the system's words; those it has no word for are left out.

        None is every code: without a map, the system is not told any.
        """
        if map_name is None:
            return None if ours is None else list(ours)
        known = self.config_map(map_name)
        return [known[it] for it in (known if ours is None else ours) if it in known]

    def enum(self, name: str) -> Mapping[str, Any]:
        """A table of the file, theirs to ours."""
        return self.file.enums[name]

    def time_writer(self, form: TimeForm) -> Callable[[datetime], Any]:
        """How a moment is written into a request."""
        return writer(form.time, self._terms.zone(form.zone) if form.zone else ZoneInfo("UTC"))


def _by_reference(file: AnyFile) -> bool:
    """Whether a customer's orders are found by the reference alone, in the long list as well."""
    lookups, page = file.ports.orders_of, file.ports.order_page
    if lookups is None or lookups.ID is None:
        return False
    records: Any = file.records
    customer = records.order.customer
    asked = {name for _, name in page.request.placeholders()} if page else set()
    return customer is not None and customer.fields.id is not None and asked.isdisjoint(_OTHER_KEYS)


def _makes(file: AnyFile, terms: Terms) -> list[tuple[str, Make]]:
    makes = []
    for name, record in RECORDS.items():
        if (spec := getattr(file.records, name)) is not None:
            try:
                makes.append((name, compiled(name, record, spec, terms)))
            except MappingError as error:
                where = ".".join((name, *error.key))
                raise Unsupported(f"records.{where}: {error.message}") from None
    return makes
