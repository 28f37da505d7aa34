"""Fields of bodies are found, taken away and changed, in every row."""

import pytest

from connectors.sdk.testing.wire_fields import fields, with_field_changed, with_field_gone

JSON = '{"rows": [{"id": 1, "name": "青"}, {"id": 2}]}'.encode()
XML = "<rows><row><id>1</id><name>青</name></row><row><id>2</id></row></rows>".encode()


def test_json_fields() -> None:
    """Every name in JSON is a field, once for all rows."""
    assert [("rows",), ("rows", "id"), ("rows", "name")] == fields(JSON)


def test_xml_fields() -> None:
    """In XML the elements that hold no others are fields."""
    assert [("rows", "row", "id"), ("rows", "row", "name")] == fields(XML)


@pytest.mark.parametrize("body", [b"", b"<html", b"plain"])
def test_no_fields(body: bytes) -> None:
    """What is neither JSON nor XML has no fields, and is changed by nothing."""
    assert [] == fields(body)
    assert body == with_field_gone(body, ("id",))


def test_gone() -> None:
    """A field is gone in every row, and nothing else is."""
    assert b'{"rows":[{"name":"\xe9\x9d\x92"},{}]}' == with_field_gone(JSON, ("rows", "id"))
    assert [("rows", "row", "name"), ("rows", "row")] == fields(
        with_field_gone(XML, ("rows", "row", "id"))
    )


def test_changed_json() -> None:
    """A value becomes an object; an object or a list becomes a text."""
    assert b'{"rows":"changed"}' == with_field_changed(JSON, ("rows",))
    assert b'"name":{"changed":true}' in with_field_changed(JSON, ("rows", "name"))


def test_changed_xml() -> None:
    """A number is no number any more; a text, which can be any, stays."""
    changed = with_field_changed(XML, ("rows", "row", "id"))

    assert 2 == changed.count(b"<id>changed</id>")
    assert "青" in with_field_changed(XML, ("rows", "row", "name")).decode()
