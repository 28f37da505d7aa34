"""Closures find what JMESPath itself finds."""

from typing import Any

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jmespath.exceptions import JMESPathError

from connectors.declarative.closure import closure

EXPRESSIONS = [
    "join(' ', [last, first][?@])",
    "join('', [customer.id])",
    "join(first, lines)",
    "lines[0].sku",
    "lines[-1]",
    "lines[7].sku",
    "lines[?sku].first",
    "lines[?@]",
    "lines || `[]`",
    "!first",
    "lines[?!sku]",
    "first || last || `0`",
    "[first, customer.id][1]",
    "customer.[id, first]",
    "@",
]
_FIELDS = st.sampled_from(["first", "last", "lines", "customer", "id", "sku"])
_SCALARS = st.none() | st.booleans() | st.integers(-1, 1) | st.sampled_from(["", " ", "a", "青い"])
_DATA = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_FIELDS, inner, max_size=4),
    max_leaves=12,
)


def _by_closure(text: str, data: Any) -> Any:
    find = closure(jmespath.compile(text).parsed)
    assert find is not None
    try:
        return find(data)
    except TypeError:
        return JMESPathError


def _by_jmespath(text: str, data: Any) -> Any:
    try:
        return jmespath.search(text, data)
    except JMESPathError:
        return JMESPathError


@pytest.mark.parametrize("text", EXPRESSIONS)
@given(data=st.dictionaries(_FIELDS, _DATA, max_size=6) | _DATA)
def test_both_find_the_same(text: str, data: Any) -> None:
    """Whatever the data, also where a function does not fit it."""
    expected, actual = _by_jmespath(text, data), _by_closure(text, data)

    assert repr(expected) == repr(actual)


@pytest.mark.parametrize("text", ["lines[*].sku", "length(lines)", "lines[?sku == 'a']", "a && b"])
def test_what_is_not_known_is_left_to_jmespath(text: str) -> None:
    """Where a part is not known, the whole is not."""
    assert closure(jmespath.compile(text).parsed) is None
    assert closure(jmespath.compile(f"join('', [{text}])").parsed) is None
