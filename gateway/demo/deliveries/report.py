"""The nightly file: Shift_JIS as Windows writes it, everything quoted, a trailer with the count."""

import csv
import io

from gateway.demo.data.records import Delivery, Retailer

NAME = "incoming_20261120.csv"

_HEADER = ("店舗番号", "商品コード", "JANコード", "商品名", "数量", "入荷予定日", "伝票番号")
_OTHER_HEADER = ("店番", "品番", "JAN", "品名", "入荷数", "予定日", "伝票")
_TRAILER = "件数"
_MADE_AT = "2026/11/20 02:30"  # in Tokyo
_CODE = 16  # characters, of which the last may be spaces


def report(retailer: Retailer) -> bytes:
    """The file's content, by store and item."""
    return _file(_HEADER, retailer)


def strange_report(retailer: Retailer) -> bytes:
    """The same after somebody has renamed the columns."""
    return _file(_OTHER_HEADER, retailer)


def _file(header: tuple[str, ...], retailer: Retailer) -> bytes:
    text = io.StringIO(newline="")
    lines = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    lines.writerow(header)
    lines.writerows(_row(number, it) for number, it in enumerate(retailer.deliveries, start=1))
    lines.writerow((_TRAILER, len(retailer.deliveries), _MADE_AT))
    return text.getvalue().encode("cp932")


def _row(number: int, delivery: Delivery) -> tuple[str, ...]:
    code = delivery.variant.sku.replace("-", "")
    return (
        f"{delivery.store.number:04d}",
        # Only one of the suppliers' systems pads.
        code.ljust(_CODE) if number % 2 else code,
        delivery.variant.gtin,
        delivery.variant.title,
        f"{delivery.quantity:,}",
        delivery.expected_on.strftime("%Y/%m/%d"),
        f"D{number:07d}",
    )
