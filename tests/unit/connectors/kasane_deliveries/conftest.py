"""A folder for nightly files, and the connector to it."""

import csv
import io
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from connectors.kasane_deliveries.client import KasaneDeliveries
from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpClients
from connectors.sdk.manifest import Limits
from connectors.sdk.source import SourceContext
from schema.domain.scope import Actor

HEADER = ("店舗番号", "商品コード", "JANコード", "商品名", "数量", "入荷予定日", "伝票番号")
ROWS = (
    ("0302", "KS0001BLKM", "4589012000100", "藍染め シャツ", "1,200", "2026/11/25", "D0000001"),
    ("0101", "KS0001BLKM   ", "4589012000100", "藍染め シャツ", "5", "2026/12/02", "D0000002"),
    ("0101", "KS0001BLKM", "4589012000100", "藍染め シャツ", "12", "2026/11/30", "D0000003"),
    ("0101", "KS0002REDF", "4589012000209", "はんてん", "7", "2026/11/22", "D0000004"),
    ("0999", "KS0003GRYL", "4589012000308", "倉庫のもの", "7", "2026/11/22", "D0000005"),
)

Written = Callable[..., bytes]


@pytest.fixture
def written() -> Written:
    """Writes a file's content: header, rows and the trailer, unless told otherwise."""

    def writing(
        rows: Sequence[Sequence[str]] = ROWS,
        header: Sequence[str] = HEADER,
        trailer: Sequence[str] | None = None,
    ) -> bytes:
        text = io.StringIO(newline="")
        lines = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        lines.writerow(header)
        lines.writerows(rows)
        lines.writerow(("件数", len(rows), "2026/11/20 02:30") if trailer is None else trailer)
        return text.getvalue().encode("cp932")

    return writing


@pytest.fixture
def file(tmp_path: Path, written: Written) -> Path:
    """Last night's file."""
    path = tmp_path / "incoming_20261120.csv"
    path.write_bytes(written())
    return path


@pytest.fixture
def ctx() -> CallContext:
    """A call that may take ten seconds."""
    return CallContext(time.monotonic() + 10, Actor("test", "staff"), "trace")


@pytest.fixture
async def deliveries(tmp_path: Path) -> AsyncIterator[Any]:
    """The connector, which knows two of the stores."""
    config = KasaneDeliveries.Config.model_validate(
        {"folder": str(tmp_path), "stores": {"umeda": "0302", "ginza": "0101"}}
    )
    context = SourceContext("deliveries", Limits(timeout_s=3), HttpClients())
    connector = KasaneDeliveries(config, context)
    yield connector
    await connector.aclose()
