"""Which record belongs to which key."""

from typing import Any

from connectors.kasane_oms.batch import each
from connectors.sdk.reading import drift
from schema.domain.errors import SchemaDrift


def shouted(record: Any) -> str:
    """The record's word; a record without one is drift."""
    if "word" not in record:
        raise drift("word", "missing")
    return str(record["word"]).upper()


def sorted_to(asked: list[str], *records: object) -> dict[str, Any]:
    """The records by key."""
    return each(records, asked, lambda record: record.get("key"), shouted)


def test_records_go_to_their_keys() -> None:
    """In whatever order they come; a key without one is absent."""
    found = sorted_to(["a", "b", "c"], {"key": "b", "word": "y"}, {"key": "a", "word": "x"})

    assert {"a": "X", "b": "Y"} == found


def test_a_strange_record_is_its_keys_error() -> None:
    """And no other's."""
    found = sorted_to(["a", "b", "c"], {"key": "a"}, {"key": "b", "word": "y"})

    assert {"a", "b"} == set(found)
    assert isinstance(found["a"], SchemaDrift)


def test_a_record_of_nobody_leaves_no_key_unknown() -> None:
    """It may have been meant for any of those without a record."""
    for stray in (None, "text", {}, {"key": "z"}, {"key": ["a"]}):
        found = sorted_to(["a", "b"], stray, {"key": "b", "word": "y"})

        assert "Y" == found["b"]
        assert isinstance(found["a"], SchemaDrift)
