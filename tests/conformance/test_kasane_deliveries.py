"""The connector of Kasane's nightly deliveries keeps every fact of the kit."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from connectors.kasane_deliveries.client import KasaneDeliveries
from connectors.sdk.testing import (
    FILE_FAULTS,
    FileFaults,
    ReadSample,
    Samples,
    SuiteConfig,
    System,
    connector_test_class,
)
from gateway.demo.data.kasane import kasane
from gateway.demo.deliveries.report import NAME, report

CONTENT = report(kasane())
SKUS = tuple(dict.fromkeys(it.variant.sku for it in kasane().deliveries))[:5]
FIRST = min(
    (it for it in kasane().deliveries if it.variant.sku == SKUS[0]),
    key=lambda it: it.store.code,
)


@asynccontextmanager
async def running_deliveries() -> AsyncIterator[System]:
    """A folder with last night's file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        path.write_bytes(CONTENT)
        yield System(config={"folder": folder}, address=None, faults=FileFaults(path))


SUITE = SuiteConfig(
    system=running_deliveries,
    faults=FILE_FAULTS,
    config={"stores": {it.code: f"{it.number:04d}" for it in kasane().stores}},
    samples=Samples(
        reads={
            "incoming": ReadSample(
                known=SKUS,
                unknown="KS-9999-XXX-9",
                expected={SKUS[0]: {"0.sku": SKUS[0], "0.store": FIRST.store.code}},
            )
        }
    ),
)

TestKasaneDeliveries = connector_test_class(KasaneDeliveries, SUITE)
