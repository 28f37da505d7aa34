"""What a mapping makes of what a system sent."""

from datetime import date

import pytest
from msgspec import Struct

from connectors.sdk.reading import one_of, read
from schema.domain.errors import SchemaDrift


class Line(Struct):
    """A line of an order."""

    price: str


class Order(Struct):
    """An order."""

    number: str
    lines: list[Line]


def test_fields_that_are_not_asked_for_are_passed_over() -> None:
    """A system that learns to tell more breaks nothing."""
    content = {"number": "1", "lines": [{"price": "2", "tax": 1}], "clerk": "x"}

    assert Order("1", [Line("2")]) == read(Order, content, where="order")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"lines": []}, "order.number: missing"),
        ({"number": 4711, "lines": []}, "order.number: expected str"),
        ({"number": "1", "lines": [{"price": "2"}, {}]}, "order.lines[1].price: missing"),
        ({"number": "1", "lines": [{"price": None}]}, "order.lines[0].price: expected str"),
        (None, "order: expected object"),
        (["4711"], "order: expected object"),
    ],
)
def test_a_drift_names_the_field_and_not_its_value(content: object, message: str) -> None:
    """Whoever repairs it learns where to look, and the log learns nothing of customers."""
    with pytest.raises(SchemaDrift) as drift:
        read(Order, content, where="order")

    assert message == str(drift.value)
    assert drift.value.__cause__ is None


def test_a_form_that_no_type_explains_is_still_told() -> None:
    """Not every mismatch is of types."""
    with pytest.raises(SchemaDrift, match=r"^dates\[0\]: not of the expected form$"):
        read(list[date], ["yesterday"], where="dates")


@pytest.mark.parametrize("word", ["gone", None, ["open"]])
def test_an_unknown_word_is_not_quoted(word: object) -> None:
    """A system may write anything into a field of few words, a name included."""
    with pytest.raises(SchemaDrift) as drift:
        one_of({"open": 1, "closed": 2}, word, field="order.state")

    assert "order.state: none of the 2 known words" == str(drift.value)


def test_a_known_word_is_what_it_stands_for() -> None:
    """The words of a system are listed once."""
    assert 1 == one_of({"open": 1}, "open", field="order.state")
