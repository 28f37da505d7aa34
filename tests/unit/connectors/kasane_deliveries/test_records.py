"""What becomes of a nightly file's content, right and wrong."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.sdk.context import CallContext
from schema.domain.errors import SchemaDrift

Written = Callable[..., bytes]
Read = Callable[[bytes], Any]

SHIRT, COAT = "KS-0001-BLK-M", "KS-0002-RED-F"
ROW = ("0101", "KS0001BLKM", "4589012000100", "シャツ", "12", "2026/11/30", "D0000001")
OTHER = ("0101", "KS0002REDF", "", "", "7", "2026/11/22", "D0000002")
COLUMNS = ("店舗番号", "商品コード", "JANコード", "商品名", "数量", "入荷予定日", "伝票番号")


def lay_down(path: Path, content: bytes) -> None:
    """Put a file in its place."""
    path.write_bytes(content)


@pytest.fixture
def read(deliveries: Any, ctx: CallContext, file: Path) -> Read:
    """Lays a file of some content down, and asks for the shirt and the coat."""

    async def reading(content: bytes) -> Any:
        lay_down(file, content)
        return await deliveries.incoming(ctx, [SHIRT, COAT], None)

    return reading


def changed(column: str, value: str) -> list[str]:
    """The shirt's row with another value in one column."""
    return [value if name == column else text for name, text in zip(COLUMNS, ROW, strict=True)]


async def test_columns_may_stand_in_any_order(read: Read, written: Written) -> None:
    """They are found by name, and others passed over."""
    mirrored = written([(*ROW[::-1], "x")], header=(*COLUMNS[::-1], "備考"))

    assert await read(written([ROW])) == await read(mirrored)


async def test_a_file_without_rows_is_whole(read: Read, written: Written) -> None:
    """A night may have nothing to tell."""
    assert {} == await read(written(rows=()))


async def test_a_key_is_answered_as_it_was_asked_for(
    deliveries: Any, ctx: CallContext, file: Path, written: Written
) -> None:
    """Whoever asks without the dashes takes nothing from others in the same batch."""
    lay_down(file, written([ROW]))
    found = await deliveries.incoming(ctx, [SHIRT, "KS0001BLKM", "-"], None)

    assert {SHIRT: [SHIRT], "KS0001BLKM": ["KS0001BLKM"]} == {
        sku: [it.sku for it in its] for sku, its in found.items()
    }


@pytest.mark.parametrize(
    ("content", "expectation"),
    [
        (b"", "trailer: missing"),
        (b"<html>\x81</html>", "trailer: missing"),
        ('"件数","0","2026/11/20 02:30"'.encode("cp932"), "header: expected"),
        (b'"open', "file: expected"),
        (b'"a"b,c\r\n', "file: expected"),
        ("件数,1\r\n".encode(), "trailer: missing"),
    ],
)
async def test_what_is_no_such_file_is_drift(read: Read, content: bytes, expectation: str) -> None:
    """Nothing, a page, a trailer alone, broken quotes, another encoding."""
    with pytest.raises(SchemaDrift, match=f"^{expectation}"):
        await read(content)


@pytest.mark.parametrize("column", ["店舗番号", "商品コード", "数量", "入荷予定日", "伝票番号"])
async def test_a_column_that_is_missing_or_there_twice_is_drift(
    read: Read, written: Written, column: str
) -> None:
    """Of the whole file, whether or not it has rows of the SKUs that are asked for."""
    with pytest.raises(SchemaDrift, match=f"header: expected {column}"):
        await read(written([], header=[it for it in COLUMNS if it != column]))
    with pytest.raises(SchemaDrift, match="header: expected each column once"):
        await read(written([(*ROW, "9")], header=(*COLUMNS, column)))


@pytest.mark.parametrize(
    ("trailer", "expectation"),
    [
        (("件数", "2", "2026/11/20 02:30"), "count"),
        (("件数", "01", "2026/11/20 02:30"), "count"),
        (ROW, "missing"),
    ],
)
async def test_a_wrong_trailer_is_drift(
    read: Read, written: Written, trailer: tuple[str, ...], expectation: str
) -> None:
    """Rows that are missing show in the count, and a file that is cut off has no trailer."""
    with pytest.raises(SchemaDrift, match=f"^trailer: .*{expectation}|^trailer: {expectation}"):
        await read(written([ROW], trailer=trailer))


@pytest.mark.parametrize(
    "trailer", [("件数", "1"), ("件数", "1", "2026/11/31 02:30"), ("件数", "1", "0001/01/01 00:00")]
)
async def test_a_file_of_an_unknown_time_answers_nothing(
    read: Read, written: Written, trailer: tuple[str, ...]
) -> None:
    """What is on its way cannot be told without as of when."""
    found = await read(written([ROW], trailer=trailer))

    assert [SHIRT] == list(found)
    assert str(found[SHIRT]).startswith("incoming.as_of")


@pytest.mark.parametrize("row", [ROW[:-1], (*ROW, "x"), (ROW[0], " ", *ROW[2:])])
async def test_a_row_of_nobody_is_drift_of_the_whole(
    read: Read, written: Written, row: tuple[str, ...]
) -> None:
    """Whose it is cannot be told, so any item's answer could lack it."""
    with pytest.raises(SchemaDrift, match="row"):
        await read(written([ROW, row]))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("店舗番号", "101"),
        ("数量", ""),
        ("数量", "-3"),
        ("数量", "1.0"),
        ("数量", "1,20"),
        ("数量", "1,2000"),
        ("数量", "9" * 5_000),
        ("入荷予定日", ""),
        ("入荷予定日", "2026/02/30"),
        ("入荷予定日", "2026-11-25"),
        ("伝票番号", ""),
        ("伝票番号", "D secret"),
    ],
)
async def test_a_wrong_field_spoils_its_item_alone(
    read: Read, written: Written, column: str, value: str
) -> None:
    """The column is named, in the place of every delivery of the item."""
    found = await read(written([changed(column, value), ROW, OTHER]))

    assert isinstance(found[SHIRT], SchemaDrift)
    assert f'("{column}"): ' in str(found[SHIRT])
    assert "secret" not in str(found[SHIRT])
    assert ["D0000002"] == [it.ref.id for it in found[COAT]]


async def test_bytes_that_are_no_shift_jis_spoil_their_field_alone(
    read: Read, written: Written
) -> None:
    """In a title that nobody reads they hurt nothing."""
    content = written([ROW, OTHER])
    found = await read(content.replace("シャツ".encode("cp932"), b"\xff\xfe"))
    spoiled = await read(content.replace(b"D0000001", b"D\xff"))

    assert ["D0000001"] == [it.ref.id for it in found[SHIRT]]
    assert isinstance(spoiled[SHIRT], SchemaDrift)
    assert isinstance(spoiled[COAT], list)


@pytest.mark.parametrize("quantity", [0, 7, 999, 1_000, 12_345, 999_999_999])
@pytest.mark.parametrize("form", ["{}", "{:,}"])
async def test_quantities_with_and_without_separators(
    read: Read, written: Written, quantity: int, form: str
) -> None:
    """Both are read as they are meant."""
    (found,) = (await read(written([changed("数量", form.format(quantity))])))[SHIRT]

    made_at = datetime(2026, 11, 19, 17, 30, tzinfo=UTC)
    assert (quantity, made_at) == (found.quantity, found.as_of)
    assert date(2026, 11, 30) == found.expected_on
