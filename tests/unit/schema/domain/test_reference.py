import time
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.domain.errors import InvalidRequest
from schema.domain.reference import GlobalId

# Ids as systems write them: any text but control characters and halves of characters.
PARTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)


def encoded(raw: bytes) -> str:
    """Anything, as an id is encoded."""
    return urlsafe_b64encode(raw).decode().rstrip("=")


@given(PARTS, st.lists(PARTS, min_size=1, max_size=3))
def test_an_id_comes_back_as_it_was_given(kind: str, parts: list[str]) -> None:
    """Whatever the native ids hold; and it can stand in a web address."""
    given_out = GlobalId(kind, tuple(parts))

    assert given_out == GlobalId.parse(given_out.text)
    assert given_out.text.replace("-", "").replace("_", "").isalnum()


@given(st.text())
def test_somebody_elses_text_is_refused(text: str) -> None:
    """Whatever a client sends is an id of ours, in its one spelling, or the client's mistake."""
    try:
        parsed = GlobalId.parse(text)
    except InvalidRequest:
        return

    assert text == parsed.text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A",
        "Order",
        "ü",
        "\ud800",
        encoded(b"Order"),
        encoded(b"\xff\xfe\x1f1"),
        encoded(b"Order\x1fpos\x1f1") + "=",
        encoded(b"Order\x1fpos\x1f1") + "\n",
        " " + encoded(b"Order\x1fpos\x1f1"),
        encoded(b"Order\x1fpos\x1f1").replace("T", "T!"),
        "null",
        "../../etc/passwd",
        "1; DROP TABLE payments",
    ],
)
def test_hostile_ids(text: str) -> None:
    """A second spelling of an id of ours is refused like nonsense."""
    with pytest.raises(InvalidRequest):
        GlobalId.parse(text)


def test_a_huge_text_costs_little() -> None:
    """Ten megabytes are refused in no time that anybody would notice."""
    begun = time.perf_counter()
    with pytest.raises(InvalidRequest):
        GlobalId.parse("A" * 10_000_001)

    assert time.perf_counter() - begun < 2
