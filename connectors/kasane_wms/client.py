"""Kasane's warehouse over SQL. One statement answers each call, however many keys it has."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from sqlalchemy import Select

from connectors.kasane_wms import mapping, statements
from connectors.kasane_wms.config import KasaneWmsConfig
from connectors.kasane_wms.statements import both_forms
from connectors.sdk.context import CallContext
from connectors.sdk.source import SourceContext
from connectors.sdk.sql import SqlClient, database_url
from schema.domain.errors import Conflict, SchemaDrift, SourceError
from schema.domain.product import ProductRecord, VariantKey, VariantKeyKind, VariantRecord
from schema.domain.reference import SourceRef
from schema.domain.stock import StockRecord

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")  # a product's


class KasaneWms:
    """The `CatalogReader` and `StockReader` of the warehouse. It only reads.

    Concurrency: any number of callers. A cancelled or late call is stopped in the database.
    """

    Config: ClassVar[type[BaseModel]] = KasaneWmsConfig

    def __init__(self, config: KasaneWmsConfig, context: SourceContext) -> None:
        self._source = context.name
        self._currency = config.currency
        self._zone = ZoneInfo(config.time_zone)
        self._places = dict(config.locations)
        self._stores = {place: store for store, place in config.locations.items()}
        url = database_url(config.database_url.get_secret_value())
        self._sql = SqlClient(url, context.limits)

    async def variants(
        self, ctx: CallContext, keys: Sequence[VariantKey]
    ) -> Mapping[VariantKey, VariantRecord | SourceError]:
        """See `CatalogReader.variants`. A GTIN that several items bear is a `Conflict`."""
        codes = [key.value for key in keys if key.kind is VariantKeyKind.SKU]
        gtins = [key.value for key in keys if key.kind is VariantKeyKind.GTIN]
        rows = await self._rows(
            ctx,
            statements.ITEMS,
            codes=both_forms(codes, statements.CODE),
            gtins=both_forms(gtins, statements.GTIN),
        )
        as_of = datetime.now(UTC)
        found: dict[VariantKey, VariantRecord | SourceError] = {}
        for row in rows:
            record = self._variant(row, as_of)
            found[VariantKey(VariantKeyKind.SKU, mapping.bare(row["item_cd"]))] = record
            gtin = VariantKey(VariantKeyKind.GTIN, mapping.bare(row["gtin"]))
            twice = gtin in found
            found[gtin] = Conflict("several items bear this GTIN") if twice else record
        return {key: found[key] for key in keys if key in found}

    async def products(
        self, ctx: CallContext, ids: Sequence[str]
    ) -> Mapping[str, ProductRecord | SourceError]:
        """See `CatalogReader.products`. An id is the product's number."""
        numbers = [int(it) for it in ids if _NUMBER.fullmatch(it)]
        rows = await self._rows(ctx, statements.GROUPS, numbers=numbers)
        as_of = datetime.now(UTC)
        skus: dict[str, list[str]] = {}
        titles: dict[str, str | SourceError] = {}
        for row in rows:
            number = str(row["group_no"])
            skus.setdefault(number, []).append(mapping.bare(row["item_cd"]))
            titles[number] = self._title(row)
        return {
            number: ProductRecord(
                ref=SourceRef(self._source, number),
                as_of=as_of,
                title=title,
                skus=tuple(filter(None, skus[number])),
            )
            if isinstance(title, str)
            else title
            for number, title in titles.items()
        }

    async def stock_levels(
        self, ctx: CallContext, skus: Sequence[str], stores: Sequence[str] | None
    ) -> Mapping[str, Sequence[StockRecord] | SourceError]:
        """See `StockReader.stock_levels`. Stores that have no location here are left out."""
        asked = self._places if stores is None else stores
        places = [self._places[store] for store in asked if store in self._places]
        rows = await self._rows(
            ctx,
            statements.STOCK,
            codes=both_forms(skus, statements.CODE),
            places=both_forms(places, statements.PLACE),
        )
        found: dict[str, list[StockRecord]] = {}
        broken: dict[str, SourceError] = {}
        for row in rows:
            sku = mapping.bare(row["item_cd"])
            levels = found.setdefault(sku, [])
            if row["loc_cd"] is None:
                continue
            try:
                levels.append(
                    mapping.stock(row, source=self._source, stores=self._stores, zone=self._zone)
                )
            except SchemaDrift as error:
                broken[sku] = error
        return {
            sku: broken.get(sku) or sorted(found[sku], key=lambda level: level.store)
            for sku in skus
            if sku in found
        }

    async def probe(self, ctx: CallContext) -> None:
        """Look for one item, whichever."""
        await self._rows(ctx, statements.SIGN_OF_LIFE)

    async def aclose(self) -> None:
        """Close the connections and let the threads go."""
        await self._sql.aclose()

    async def _rows(
        self, ctx: CallContext, statement: Select[Any], **parameters: Sequence[str | int]
    ) -> Sequence[Mapping[str, Any]]:
        return await self._sql.rows(ctx, statement, parameters)

    def _variant(self, row: Mapping[str, Any], as_of: datetime) -> VariantRecord | SourceError:
        try:
            return mapping.variant(row, source=self._source, currency=self._currency, as_of=as_of)
        except SchemaDrift as error:
            return error

    def _title(self, row: Mapping[str, Any]) -> str | SourceError:
        try:
            return mapping.title(row)
        except SchemaDrift as error:
            return error
