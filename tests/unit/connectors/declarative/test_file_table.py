"""Files of many forms, and what a bad row of one hurts."""

from typing import Any

import pytest

from connectors.declarative.file_table import FileTable, file_table
from connectors.declarative.model.source import FileSource
from schema.domain.errors import SchemaDrift


def table(content: bytes, **keys: Any) -> FileTable:
    """The rows of a file, whose form is told by keys of a file source."""
    return file_table(content, FileSource(kind="file", pattern="*", **keys))


def test_rows_are_found_by_column() -> None:
    """In the order of the file for each value; several rows of one value are all there."""
    found = table(b"sku,shop,qty\nA-1,1,5\nB-2,1,6\nA-1,2,7\n").find({"sku": {"A-1"}})

    assert [
        {"sku": "A-1", "shop": "1", "qty": "5"},
        {"sku": "A-1", "shop": "2", "qty": "7"},
    ] == found


def test_conditions_all_have_to_hold() -> None:
    """Each column has one of its values."""
    rows = table(b"sku,shop\nA,1\nA,2\nB,1\n")

    assert [{"sku": "A", "shop": "1"}] == rows.find({"sku": {"A"}, "shop": {"1", "3"}})
    assert 3 == len(rows.find({}))


def test_a_partners_own_form() -> None:
    """Another encoding, delimiter and quote, lines above the header, and a trailer below."""
    text = "入荷予定\n商品;名前\n'A;1'; 藍染め \nB;帯\n件数;2\n"
    found = table(
        text.encode("cp932"),
        encoding="cp932",
        delimiter=";",
        quote="'",
        skip_first=1,
        trailer=1,
        trailer_mark="件数",
        trailer_count=2,
    ).find({})

    assert [{"商品": "A;1", "名前": "藍染め"}, {"商品": "B", "名前": "帯"}] == found


def test_a_header_may_have_to_name_columns() -> None:
    """In any order, and others beside them."""
    rows = table(b"qty,sku,note\n1,A,x\n", columns=["sku", "qty"])

    assert [{"qty": "1", "sku": "A", "note": "x"}] == rows.find({})


def test_columns_without_a_header() -> None:
    """The file's author names them."""
    assert [{"sku": "A", "qty": "1"}] == table(
        b"\xef\xbb\xbfA,1\r\n\r\n", header=False, columns=["sku", "qty"]
    ).find({})


@pytest.mark.parametrize("widths_in", ["characters", "bytes"])
def test_fixed_widths(widths_in: str) -> None:
    """Hosts count bytes, and an ideograph of Shift_JIS has two."""
    name_width = 6 if widths_in == "bytes" else 3
    columns = [
        {"name": "sku", "start": 1, "width": 4},
        {"name": "name", "start": 5, "width": name_width},
        {"name": "qty", "start": 5 + name_width, "width": 3},
    ]
    rows = table(
        "HEAD\r\nA-01藍染め005\r\nB-2 帯　　012\r\n".encode("cp932"),
        format="fixed",
        encoding="cp932",
        widths_in=widths_in,
        columns=columns,
    )

    assert [
        {"sku": "A-01", "name": "藍染め", "qty": "005"},
        {"sku": "B-2", "name": "帯", "qty": "012"},
    ] == rows.find({})


def test_a_torn_row_hurts_its_key_alone() -> None:
    """Where the key stands first. Elsewhere nobody can tell whose the row is."""
    rows = table(b"sku,shop,qty\nA,1,5\nB,1\nC,1,6,7\n")

    assert [{"sku": "A", "shop": "1", "qty": "5"}] == rows.find({"sku": {"A"}})
    assert [{"sku": "B"}] == rows.find({"sku": {"B"}})
    with pytest.raises(SchemaDrift, match="number of fields"):
        rows.find({"shop": {"1"}})
    with pytest.raises(SchemaDrift, match="number of fields"):
        rows.find({})


def test_a_row_without_a_key_may_be_anybodys() -> None:
    """So none can be said to be missing."""
    with pytest.raises(SchemaDrift, match="no key"):
        table(b"sku,qty\nA,1\n,2\n").find({"sku": {"A"}})


def test_bytes_that_are_no_text() -> None:
    """They spoil the field that has them; in a key, every key might be meant."""
    rows = table(b"sku,name\nA,\xff\xfe\nB,b\n")

    assert [{"sku": "B", "name": "b"}] == rows.find({"sku": {"B"}})
    assert "\ufffd" in rows.find({"sku": {"A"}})[0]["name"]
    with pytest.raises(SchemaDrift, match="encoding"):
        rows.find({"name": {"b"}})


@pytest.mark.parametrize(
    ("content", "keys", "place"),
    [
        (b"", {}, "header"),
        (b"sku,sku\n", {}, "header"),
        (b"sku,qty\nA,1\n", {"columns": ["sku", "due"]}, "header"),
        (b'sku\n"A', {}, "file"),
        (b"sku\n", {"trailer": 3}, "trailer"),
        (b"sku\nA\nB\n", {"trailer": 1, "trailer_mark": "END"}, "trailer"),
        (b"sku,n\nA,1\nEND,2\n", {"trailer": 1, "trailer_count": 2}, "trailer"),
        (b"sku,n\nA,1\nEND\n", {"trailer": 1, "trailer_count": 2}, "trailer"),
    ],
)
def test_a_file_in_another_form_is_drift(content: bytes, keys: dict[str, Any], place: str) -> None:
    """A file that is cut off is told by its trailer."""
    with pytest.raises(SchemaDrift, match=f"^{place}: "):
        table(content, **keys)


def test_a_column_that_is_not_there_is_drift() -> None:
    """It is the whole call's: no key can be told from another."""
    with pytest.raises(SchemaDrift, match="header"):
        table(b"sku\nA\n").find({"item": {"A"}})
