"""The nightly file's content, right and wrong."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kasane_deliveries.mapping import report
from schema.domain.errors import SchemaDrift

Written = Callable[..., bytes]

TOKYO = ZoneInfo("Asia/Tokyo")
ROW = ("0101", "KS0001BLKM", "4589012000100", "シャツ", "12", "2026/11/30", "D0000001")
COLUMNS = ("店舗番号", "商品コード", "JANコード", "商品名", "数量", "入荷予定日", "伝票番号")


def test_a_whole_file(written: Written) -> None:
    """Arrivals by item code; the trailer's time is local."""
    found = report(written(), TOKYO)

    assert datetime(2026, 11, 19, 17, 30, tzinfo=UTC) == found.as_of
    assert {"KS0001BLKM": 3, "KS0002REDF": 1, "KS0003GRYL": 1} == {
        code: len(it) for code, it in found.arrivals.items()
    }
    assert {} == found.broken


def test_a_file_without_rows_is_whole(written: Written) -> None:
    """A night may have nothing to tell."""
    assert {} == report(written(rows=()), TOKYO).arrivals


def test_columns_may_stand_in_any_order(written: Written) -> None:
    """They are found by name, and others passed over."""
    mirrored = report(written([(*ROW[::-1], "x")], header=(*COLUMNS[::-1], "備考")), TOKYO)

    assert report(written([ROW]), TOKYO) == mirrored


@pytest.mark.parametrize(
    ("content", "expectation"),
    [
        (b"", "trailer: missing"),
        (b"<html>\x81</html>", "trailer: missing"),
        ('"件数","0","2026/11/20 02:30"'.encode("cp932"), "header: expected"),
        (b'"open', "file: expected quoted"),
        (b'"a"b,c\r\n', "file: expected quoted"),
        ("件数,1\r\n".encode(), "trailer: missing"),
    ],
)
def test_what_is_no_such_file_is_drift(content: bytes, expectation: str) -> None:
    """Nothing, a page, a trailer alone, broken quotes, another encoding."""
    with pytest.raises(SchemaDrift, match=expectation):
        report(content, TOKYO)


@pytest.mark.parametrize(
    ("trailer", "expectation"),
    [
        (("件数", "2", "2026/11/20 02:30"), "count is not"),
        (("件数", "01", "2026/11/20 02:30"), "count is not"),
        (("件数", "1"), "expected its mark"),
        (("件数", "1", "2026/11/31 02:30"), "expected its mark"),
        (("件数", "1", "0001/01/01 00:00"), "expected its mark"),
        (ROW, "missing"),
    ],
)
def test_a_wrong_trailer_is_drift(
    written: Written, trailer: tuple[str, ...], expectation: str
) -> None:
    """Rows that are missing show in the count, and a file that is cut off has no trailer."""
    with pytest.raises(SchemaDrift, match=f"trailer: .*{expectation}|trailer: {expectation}"):
        report(written([ROW], trailer=trailer), TOKYO)


@pytest.mark.parametrize("row", [ROW[:-1], (*ROW, "x"), (ROW[0], "", *ROW[2:])])
def test_a_row_of_nobody_is_drift_of_the_whole(written: Written, row: tuple[str, ...]) -> None:
    """Whose it is cannot be told, so any item's answer could lack it."""
    with pytest.raises(SchemaDrift, match="row"):
        report(written([ROW, row]), TOKYO)


def test_a_column_twice_is_drift(written: Written) -> None:
    """Which of them counts cannot be told."""
    with pytest.raises(SchemaDrift, match="数量"):
        report(written([(*ROW, "9")], header=(*COLUMNS, "数量")), TOKYO)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("店舗番号", "101"),
        ("数量", ""),
        ("数量", "-3"),
        ("数量", "1,20"),
        ("数量", "9" * 5_000),
        ("入荷予定日", "2026/02/30"),
        ("入荷予定日", "2026-11-25"),
        ("伝票番号", ""),
    ],
)
def test_a_wrong_field_spoils_its_item(written: Written, column: str, value: str) -> None:
    """The column is named, in the place of every arrival of the item."""
    row = [value if name == column else text for name, text in zip(COLUMNS, ROW, strict=True)]
    found = report(written([row, ROW]), TOKYO)

    assert [f"row.{column}"] == [it.partition(":")[0] for it in found.broken.values()]


def test_bytes_that_are_no_shift_jis_spoil_their_field_alone(written: Written) -> None:
    """In a title that nobody reads they hurt nothing."""
    content = written([ROW]).replace("シャツ".encode("cp932"), b"\xff\xfe")

    assert ["KS0001BLKM"] == list(report(content, TOKYO).arrivals)
    spoiled = report(written([ROW]).replace(b"D0000001", b"D\xff"), TOKYO)
    assert ["KS0001BLKM"] == list(spoiled.broken)


@given(
    quantity=st.integers(0, 999_999_999),
    separated=st.booleans(),
    day=st.dates(date(2000, 1, 1), date(2099, 12, 31)),
)
def test_rows_survive_the_round_trip(quantity: int, separated: bool, day: date) -> None:
    """Whatever is written is read, with or without thousands separators."""
    shown = f"{quantity:,}" if separated else str(quantity)
    row = ",".join(f'"{it}"' for it in (*ROW[:4], shown, day.strftime("%Y/%m/%d"), ROW[6]))
    lines = (",".join(COLUMNS), row, "件数,1,2026/11/20 02:30", "")
    arrival = report("\r\n".join(lines).encode("cp932"), TOKYO).arrivals["KS0001BLKM"][0]

    assert (quantity, day) == (arrival.quantity, arrival.expected_on)
