"""What a list's request tells of how it is walked."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.declarative.model.paging import Paging as PagingPart
from connectors.declarative.model.paging import TimeForm
from connectors.declarative.model.request import (
    FileRequest,
    GraphQlRequest,
    HttpRequest,
    SoapRequest,
    SqlRequest,
)
from connectors.declarative.paging_place import Counting, Place
from connectors.declarative.paging_request import (
    linked_cursor,
    paging_of,
    place_values,
    placeholders,
    rounded_up,
)

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (HttpRequest(path="/o/{key}", params={"a": ["{stores}"], "b": 1}), {"key", "stores"}),
        (GraphQlRequest(query="{ a { b } }", variables={"o": {"take": "{limit}"}}), {"limit"}),
        (SoapRequest(operation="Get", arguments={"id": "{keys}"}), {"keys"}),
        (
            SqlRequest(
                statement="SELECT '12:30' WHERE a <= :before LIMIT :limit",
                binds={"x": "{config.x}"},
            ),
            {"before", "limit", "config.x"},
        ),
        (FileRequest(where={"sku": "{keys}"}), {"keys"}),
    ],
)
def test_the_names_that_a_request_takes(request_: Any, expected: set[str]) -> None:
    """A document of GraphQL is no template, and SQL names its values otherwise."""
    assert expected == placeholders(request_)


@pytest.mark.parametrize(
    ("style", "params", "expected"),
    [
        ("page", {"p": "{page}"}, (Counting.PAGE, True, True)),
        ("page", {"p": "{page}", "n": "{limit}"}, (Counting.PAGE, False, True)),
        ("link", {"c": "{cursor}"}, (Counting.CURSOR, False, False)),
        ("keyset", {"to": "{before}", "n": "{limit}"}, (Counting.KEYSET, False, False)),
        ("keyset", {"to": "{before}", "p": "{page}"}, (Counting.KEYSET, True, True)),
    ],
)
def test_how_a_list_is_walked(style: Any, params: dict[str, Any], expected: object) -> None:
    """A page whose size is not asked for is the system's own."""
    paging = paging_of(PagingPart(style=style), HttpRequest(path="/", params=params))

    assert expected == (paging.counting, paging.is_fixed, paging.is_numbered)


def test_the_first_page_has_the_systems_own_number() -> None:
    """Some count from zero."""
    part = PagingPart(style="page", first=0, size_max=10)
    paging = paging_of(part, HttpRequest(path="/", params={"p": "{page}"}))

    assert [0, 2] == [
        place_values(part, place, paging.window(place, 10))["page"]
        for place in (Place(), Place(anchor=25))
    ]


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ('</o?c=a%2Bb&n=5>; rel="next"', "a+b"),
        ('<https://x.example/o?c=1>; rel="prev", <https://x.example/o?c=2>; rel=next', "2"),
        ('<https://x.example/o?c=1>; title="a"; rel="next"', "1"),
        ('<https://x.example/o?c=1>; rel="prev"', None),
        ('<https://x.example/o?d=1>; rel="next"', None),
        ('<https://[x/o?c=1>; rel="next"', None),
        ("", None),
    ],
)
def test_the_cursor_in_a_link(link: str, expected: str | None) -> None:
    """It is the parameter that the request gives the cursor in."""
    request = HttpRequest(path="/o", params={"n": "{limit}", "c": "{cursor}"})

    assert expected == linked_cursor(request, {"link": link})
    assert linked_cursor(SoapRequest(operation="Get"), {"link": link}) is None


@pytest.mark.parametrize(
    ("form", "moment", "expected"),
    [
        ("iso", NOON, timedelta(microseconds=999_999)),
        ("iso", NOON + timedelta(milliseconds=5), timedelta(microseconds=5_999)),
        ("iso", NOON + timedelta(microseconds=5), timedelta(microseconds=5)),
        ("epoch_s", NOON, timedelta(microseconds=999_999)),
        ("epoch_ms", NOON, timedelta(microseconds=999)),
        ("%Y%m%d%H%M", NOON, timedelta(seconds=59, microseconds=999_999)),
        ("%Y%m%d", NOON, timedelta(hours=23, minutes=59, seconds=59, microseconds=999_999)),
        ("%Y-%m-%dT%H:%M:%S.%f", NOON, timedelta(0)),
    ],
)
def test_a_bound_is_the_end_of_what_it_may_stand_for(
    form: str, moment: datetime, expected: timedelta
) -> None:
    """Written in its form, no order of that moment is left out."""
    assert NOON + expected == rounded_up(moment, TimeForm(time=form))


def test_the_end_of_all_dates_is_a_bound() -> None:
    """Nothing comes after it."""
    end = datetime.max.replace(tzinfo=UTC)

    assert end == rounded_up(end, TimeForm(time="%Y"))
