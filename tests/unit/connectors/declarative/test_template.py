"""Templates."""

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.declarative.template import ABSENT, TemplateError, names, path_of, text_of, tree_of
from schema.domain.errors import NotFound


@given(st.text())
@example("../admin")
@example("//evil.example")
@example("..")
@example("%2e%2e")
@example("a\r\nx-evil: 1")
@example("@evil.example:80/")
@example("?a=b#c")
@example("店")
@example("\ud800")
def test_a_key_stays_within_its_segment(key: str) -> None:
    """Whatever a key holds, the path has the segments that were written, and the key is one."""
    try:
        path = path_of("/api/{key}/lines")({"key": key})
    except NotFound:
        return
    parts = urlsplit(f"http://shop{path}")
    first, second, third, fourth = parts.path.split("/")

    assert ("", "api", key, "lines") == (first, second, unquote(third), fourth)
    assert ("shop", "", "") == (parts.netloc, parts.query, parts.fragment)
    assert path.isascii()
    assert path.isprintable()


@pytest.mark.parametrize("key", ["", ".", "..", "\ud800"])
def test_what_no_segment_can_hold_is_refused(key: str) -> None:
    """Empty and dotted segments would lead elsewhere."""
    with pytest.raises(NotFound):
        path_of("/api/{key}")({"key": key})


def test_a_dot_of_the_file_and_one_of_the_key_make_no_way_up() -> None:
    """The segment is looked at as it is written, not the value alone."""
    with pytest.raises(NotFound):
        path_of("/api/.{key}")({"key": "."})


def test_one_placeholder_alone_is_the_value_itself() -> None:
    """A list stays a list; within a longer text it is written out."""
    fill = tree_of({"ids": "{keys}", "text": "of {keys}", "fixed": [1, "{limit}"]})

    assert {"ids": ["a", "b"], "text": "of a,b", "fixed": [1, 5]} == fill(
        {"keys": ["a", "b"], "limit": 5}
    )


def test_an_entry_without_a_value_is_left_out() -> None:
    """An optional filter is no null."""
    assert {"a": 1} == tree_of({"a": 1, "b": "{before}", "c": "to {before}"})({"before": None})
    assert ABSENT is text_of("to {before}")({})


def test_doubled_braces_are_plain() -> None:
    """A body may hold braces of its own."""
    assert "{x}" == text_of("{{x}}")({})


@pytest.mark.parametrize("text", ["{", "a}", "{Key}", "{key", "{a.b.c}", "{}"])
def test_a_stray_brace_is_told(text: str) -> None:
    """What looks like a template and is none is an error."""
    with pytest.raises(TemplateError):
        list(names(text))


@given(st.text(st.characters(exclude_characters="{}")), st.text())
def test_text_without_braces_is_itself(text: str, value: str) -> None:
    """Nothing but placeholders changes, and a value is never read as a template."""
    assert text == text_of(text)({})
    assert text + value == text_of(text + "{key}")({"key": value})
