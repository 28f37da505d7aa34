import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.cli.folded import WIDTH, folded

values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=30,
)


@given(values)
def test_what_is_folded_is_the_same_json(value: Any) -> None:
    """Only white space differs."""
    assert value == json.loads(folded(value))


def test_what_fits_stands_on_one_line() -> None:
    """And what does not is broken at its own level alone."""
    row = {"sku": "KS-0001-BLK-M", "title": "雪国 プリーツスカート"}

    lines = folded({"rows": [row, row, row], "count": 3}).splitlines()

    assert ["{", '  "rows": [', *[lines[2]] * 2, lines[4], "  ],", '  "count": 3', "}"] == lines
    assert json.loads(lines[4]) == row
    assert all(len(line) <= WIDTH for line in lines)
