"""A small warehouse in a SQLite file, and the connector to it."""

import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL

from connectors.kasane_wms.client import KasaneWms
from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpClients
from connectors.sdk.manifest import Limits
from connectors.sdk.source import SourceContext
from gateway.demo.data.records import Product, Retailer, Shelf, Variant
from gateway.demo.data.stores import STORES
from gateway.demo.wms.database import make
from schema.domain.money import Money
from schema.domain.scope import Actor

COUNTED_AT = datetime(2026, 11, 20, 8, 55, 1, tzinfo=UTC)


def variant(sku: str, gtin: str, product: int) -> Variant:
    """A variant that costs ¥7,990."""
    return Variant(sku, gtin, f"藍染め シャツ {sku[-1]}", product, {"JPY": Money(7_990, "JPY")})


M, L, LONE = (
    variant("KS-0001-BLK-M", "4589012000100", 1),
    variant("KS-0001-BLK-L", "4589012000117", 1),
    variant("KS-0002-RED-F", "4589012000209", 2),
)
GINZA, SHIBUYA, *_ = STORES


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The warehouse's database: three variants of two products, of which two are in stock."""
    shelves = (
        Shelf(SHIBUYA, M, 7, 0, 0, COUNTED_AT),
        Shelf(GINZA, M, 12, 3, 1, COUNTED_AT),
        Shelf(GINZA, L, 0, 2, 0, COUNTED_AT),
    )
    products = (Product(1, "藍染め シャツ", (M, L)), Product(2, "はんてん", (LONE,)))
    path = tmp_path / "wms.sqlite3"
    make(URL.create("sqlite", database=str(path)), Retailer(STORES, products, (), (), shelves, ()))
    return path


@pytest.fixture
def change(file: Path) -> Callable[[str], None]:
    """Changes the database behind the connector's back."""

    def changing(statement: str) -> None:
        with closing(sqlite3.connect(file)) as database:
            database.execute(statement)
            database.commit()

    return changing


@pytest.fixture
def ctx() -> CallContext:
    """A call that may take ten seconds."""
    return CallContext(time.monotonic() + 10, Actor("test", "staff"), "trace")


@pytest.fixture
async def wms(file: Path) -> AsyncIterator[Any]:
    """The connector, which knows two of the stores."""
    config = KasaneWms.Config.model_validate(
        {
            "database_url": f"sqlite:///{file}",
            "locations": {"shibuya": "L0102", "ginza": "L0101"},
        }
    )
    connector = KasaneWms(config, SourceContext("wms", Limits(timeout_s=3), HttpClients()))
    yield connector
    await connector.aclose()
