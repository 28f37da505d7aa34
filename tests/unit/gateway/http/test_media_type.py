import time

import pytest

from gateway.http.media_type import EVENTS, GRAPHQL, HTML, JSON, best, content_type

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (GRAPHQL, GRAPHQL),
        ("APPLICATION/GraphQL-Response+JSON", GRAPHQL),
        (f"{GRAPHQL}; charset=utf-8, {JSON}; charset=utf-8", GRAPHQL),
        (f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL),
        (f"{JSON};q=0.5, {GRAPHQL};q=0.7", GRAPHQL),
        (f"{JSON}, {GRAPHQL}", JSON),
        (f"{GRAPHQL};q=0, */*", JSON),
        (f"{JSON};q=0, */*;q=0.1", GRAPHQL),
        (f"{JSON};q=0", None),
        (f'{GRAPHQL};profile="a,b;q=0"', GRAPHQL),
        (f"{JSON};charset=utf-16", None),
        (f"{JSON};q=2", None),
        ("text/plain, image/png", None),
        ("text/*", None),
        ("nonsense", None),
        (f"nonsense, {GRAPHQL}", GRAPHQL),
        (f",, {GRAPHQL} ,", GRAPHQL),
        (EVENTS, EVENTS),
        (f"{EVENTS}, {JSON}", EVENTS),
        (BROWSER, HTML),
    ],
)
def test_the_client_decides_what_it_gets(accept: str | None, expected: str | None) -> None:
    """By quality, then by its order; a range counts where nothing more specific is said."""
    assert expected == best(accept, (JSON, GRAPHQL, EVENTS, HTML))


@pytest.mark.parametrize(
    "header", ["a/b;" * 16_000, ";" * 65_000, 'a/b;c="' + "\\" * 60_000, "," * 65_000]
)
def test_a_long_header_is_read_in_no_time(header: str) -> None:
    """Headers have 64 kB or so, and cost no more than their length."""
    started = time.process_time()

    best(header, (JSON,))

    assert 0.25 > time.process_time() - started


@pytest.mark.parametrize(
    ("header", "name", "is_utf8"),
    [
        ("application/json", JSON, True),
        ("Application/JSON; Charset=UTF-8", JSON, True),
        ('application/json;charset="utf-8"', JSON, True),
        ("application/json; charset=latin-1", JSON, False),
        ("text/plain", "text/plain", True),
    ],
)
def test_a_body_has_one_type(header: str, name: str, is_utf8: bool) -> None:
    """JSON is UTF-8 unless it says otherwise."""
    given = content_type(header)

    assert given is not None
    assert (name, is_utf8) == (given.name, given.is_utf8)


@pytest.mark.parametrize("header", ["", "json", "application/json, text/plain", "application/"])
def test_anything_else_is_no_type(header: str) -> None:
    """Two types are none: which would it be?"""
    assert content_type(header) is None
