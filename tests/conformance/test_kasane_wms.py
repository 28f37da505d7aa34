"""The connector of Kasane's WMS keeps every fact of the kit."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import URL

from connectors.kasane_wms.client import KasaneWms
from connectors.sdk.testing import (
    SQLITE_FAULTS,
    FileFaults,
    ReadSample,
    Samples,
    SuiteConfig,
    System,
    connector_test_class,
)
from gateway.demo.data.kasane import kasane
from gateway.demo.data.records import Retailer
from gateway.demo.wms.database import make
from schema.domain.product import VariantKey, VariantKeyKind

PRODUCTS = kasane().products[:6]
GOODS = [it for product in PRODUCTS for it in product.variants]
SHELVES = tuple(it for it in kasane().shelves if it.variant in GOODS)
SHOP = Retailer(kasane().stores, PRODUCTS, (), (), SHELVES, ())
SKUS = tuple(it.sku for it in GOODS[:5])
FIRST = min((it for it in SHELVES if it.variant.sku == SKUS[0]), key=lambda it: it.store.code)


@asynccontextmanager
async def running_wms() -> AsyncIterator[System]:
    """A warehouse of few items, in a file of its own."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "wms.sqlite3"
        make(URL.create("sqlite", database=str(path)), SHOP)
        yield System(
            config={"database_url": f"sqlite:///{path}"},
            address=None,
            faults=FileFaults(path, sqlite=True),
        )


SUITE = SuiteConfig(
    system=running_wms,
    faults=SQLITE_FAULTS,
    config={"locations": {it.code: f"L{it.number:04d}" for it in kasane().stores}},
    samples=Samples(
        reads={
            "variants": ReadSample(
                known=(
                    *(VariantKey(VariantKeyKind.SKU, it) for it in SKUS),
                    VariantKey(VariantKeyKind.GTIN, GOODS[1].gtin),
                ),
                unknown=VariantKey(VariantKeyKind.SKU, "KS-9999-XXX-9"),
                expected={
                    VariantKey(VariantKeyKind.SKU, it.sku): {
                        "title": it.title,
                        "gtin": it.gtin,
                        "price": it.prices["JPY"],
                        "product": str(it.product),
                    }
                    for it in GOODS[:5]
                },
            ),
            "products": ReadSample(
                known=tuple(str(it.number) for it in PRODUCTS),
                unknown="99999",
                expected={str(it.number): {"title": it.title} for it in PRODUCTS},
            ),
            "stock_levels": ReadSample(
                known=SKUS,
                unknown="KS-9999-XXX-9",
                expected={SKUS[0]: {"0.on_hand": FIRST.on_hand, "0.as_of": FIRST.counted_at}},
            ),
        }
    ),
)

TestKasaneWms = connector_test_class(KasaneWms, SUITE)
