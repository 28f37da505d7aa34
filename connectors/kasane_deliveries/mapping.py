"""The nightly file's content to our records. Pure: no I/O, no clock.

It is Shift_JIS as Windows writes it (code page 932), with Japanese headers, SKUs without their
dashes, and a trailer: a mark, the number of rows, and when the file was made.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import NamedTuple

from msgspec import Struct

from connectors.sdk.reading import drift
from schema.domain.errors import SchemaDrift
from schema.domain.reference import SourceRef
from schema.domain.stock import IncomingRecord

_STORE, _CODE, _QUANTITY, _DATE, _SLIP = "店舗番号", "商品コード", "数量", "入荷予定日", "伝票番号"
_COLUMNS = (_STORE, _CODE, _QUANTITY, _DATE, _SLIP)
_TRAILER = "件数"

_STORE_NUMBER = re.compile(r"[0-9]{4}")
_ITEM_CODE = re.compile(r"[0-9A-Z]{1,20}")
_UNITS = re.compile(r"[0-9]{1,3}(,[0-9]{3}){0,2}|[0-9]{1,9}")
_DAY = re.compile(r"[0-9]{4}/[0-9]{2}/[0-9]{2}")
_SLIP_NUMBER = re.compile(r"[0-9A-Z]{1,20}")


class Arrival(Struct, frozen=True):
    """One row: units of one item on their way to one store."""

    store: str
    quantity: int
    expected_on: date
    slip: str


class Report(Struct, frozen=True):
    """A whole file, by item code. `broken` tells what is wrong with an item that has a bad row."""

    as_of: datetime
    arrivals: Mapping[str, Sequence[Arrival]]
    broken: Mapping[str, str]


class _Row(NamedTuple):
    """A row's texts, in the order of `_COLUMNS`."""

    store: str
    code: str
    quantity: str
    day: str
    slip: str


def report(content: bytes, zone: tzinfo) -> Report:
    """Read a whole file; `zone` is that of the trailer's time.

    Raises:
        SchemaDrift: The header or the trailer has another form, rows are missing, or one has no
            item code, so that whose it is cannot be told.
    """
    header, lines, trailer = _parts(content)
    as_of = _made_at(trailer, len(lines), zone)
    places = _places(header)
    found: dict[str, list[Arrival]] = {}
    broken: dict[str, str] = {}
    for line in lines:
        row = _row(line, len(header), places)
        arrivals = found.setdefault(row.code, [])
        try:
            arrivals.append(_arrival(row))
        except SchemaDrift as error:
            broken[row.code] = str(error)
    return Report(as_of, found, broken)


def incoming(
    found: Report, sku: str, *, source: str, stores: Mapping[str, str]
) -> Sequence[IncomingRecord] | SchemaDrift:
    """What is on its way of one SKU, by store code and date; `stores` are our codes by number."""
    code = sku.replace("-", "")
    if code in found.broken:
        return SchemaDrift(found.broken[code])
    records = [
        IncomingRecord(
            ref=SourceRef(source, it.slip),
            sku=sku,
            store=stores[it.store],
            as_of=found.as_of,
            quantity=it.quantity,
            expected_on=it.expected_on,
        )
        for it in found.arrivals.get(code, ())
        if it.store in stores
    ]
    return sorted(records, key=lambda record: (record.store, record.expected_on or date.max))


def _parts(content: bytes) -> tuple[list[str], list[list[str]], list[str]]:
    """Header, rows and trailer. Bytes that are no Shift_JIS spoil the fields that have them."""
    text = content.decode("cp932", errors="replace")
    try:
        lines = [line for line in csv.reader(io.StringIO(text, newline=""), strict=True) if line]
    except csv.Error:
        # Its text may quote the file, so it is not chained.
        raise drift("file", "expected quoted, comma-separated lines") from None
    if not lines or lines[-1][0] != _TRAILER:
        raise drift("trailer", "missing, so that the file may be cut off")
    header, *rows = lines[:-1] or [[]]
    return header, rows, lines[-1]


def _made_at(trailer: Sequence[str], rows: int, zone: tzinfo) -> datetime:
    try:
        _, count, moment = trailer
        local = datetime.strptime(moment, "%Y/%m/%d %H:%M").replace(tzinfo=zone)
        made_at = local.astimezone(UTC)
    except (ValueError, OverflowError):
        raise drift("trailer", "expected its mark, a count and a time") from None
    if count != str(rows):
        raise drift("trailer", "its count is not that of the rows")
    return made_at


def _places(header: Sequence[str]) -> list[int]:
    """Where each of `_COLUMNS` stands; columns of other names are passed over."""
    missing = [column for column in _COLUMNS if header.count(column) != 1]
    if missing:
        raise drift("header", f"expected once each: {', '.join(missing)}")
    return [header.index(column) for column in _COLUMNS]


def _row(line: Sequence[str], width: int, places: Sequence[int]) -> _Row:
    """A row's texts without their padding. Raises unless it can be told whose row it is."""
    if len(line) != width:
        raise drift("row", "has another number of fields than the header")
    row = _Row(*(line[place].strip() for place in places))
    if not _ITEM_CODE.fullmatch(row.code):
        raise drift(f"row.{_CODE}", "expected an item code")
    return row


def _arrival(row: _Row) -> Arrival:
    _check(_STORE_NUMBER, row.store, _STORE, "expected four digits")
    _check(_UNITS, row.quantity, _QUANTITY, "expected whole units")
    _check(_SLIP_NUMBER, row.slip, _SLIP, "expected a slip number")
    return Arrival(row.store, int(row.quantity.replace(",", "")), _day(row.day), row.slip)


def _day(text: str) -> date:
    _check(_DAY, text, _DATE, "expected a date, YYYY/MM/DD")
    try:
        return date.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise drift(f"row.{_DATE}", "expected a date that exists") from None


def _check(form: re.Pattern[str], text: str, column: str, expectation: str) -> None:
    if not form.fullmatch(text):
        raise drift(f"row.{column}", expectation)
