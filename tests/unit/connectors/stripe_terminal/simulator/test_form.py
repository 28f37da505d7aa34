"""How parameters are read."""

from typing import Annotated, Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta, Struct
from stripe._encode import _api_encode

from connectors.stripe_terminal.simulator.form import decode, read
from connectors.stripe_terminal.simulator.refusal import Refusal


class Inner(Struct, forbid_unknown_fields=True):
    """A table in a form."""

    flag: bool | None = None


class Outer(Struct, forbid_unknown_fields=True):
    """A form."""

    amount: Annotated[int, Meta(ge=1)]
    inner: Inner | None = None
    names: list[str] = []


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("", {}),
        ("a=1&b=", {"a": "1", "b": ""}),
        ("a[b][c]=1&a[b][d]=2", {"a": {"b": {"c": "1", "d": "2"}}}),
        ("a[]=x&a[]=y", {"a": ["x", "y"]}),
        ("a[1]=y&a[0]=x", {"a": ["x", "y"]}),
        ("a[0][b]=x", {"a": [{"b": "x"}]}),
        ("a%5Bb%5D=%E8%8C%B6", {"a": {"b": "茶"}}),
    ],
)
def test_forms_nest(text: str, form: dict[str, Any]) -> None:
    """As Stripe writes them."""
    assert form == decode(text)


@pytest.mark.parametrize(
    "text",
    ["a=1&a=2", "a=1&a[b]=2", "a[b]=1&a=2", "[a]=1", "a[b=1", "a=%FF", "a" + "[b]" * 7 + "=1"],
)
def test_what_is_no_form_is_refused(text: str) -> None:
    """Rather than half understood."""
    with pytest.raises(Refusal) as refused:
        decode(text)

    assert not refused.value.is_kept


def test_a_form_of_too_many_fields_is_refused() -> None:
    """Nothing of it is kept."""
    with pytest.raises(Refusal):
        decode("&".join(f"a{number}=1" for number in range(1001)))


_VALUES = st.recursive(
    st.text(st.characters(codec="utf-8"), min_size=1),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(st.sampled_from(["x", "y", "z"]), inner, min_size=1)
    ),
    max_leaves=8,
).filter(lambda value: _depth(value) < 6)


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, inner), default=0) if inner else 0


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), _VALUES))
def test_what_the_package_encodes_is_decoded(form: dict[str, Any]) -> None:
    """The official package and we mean the same by brackets."""
    assert form == decode(urlencode(list(_api_encode(form))))


def test_text_is_read_as_what_it_stands_for() -> None:
    """Numbers and truth values are text in a form."""
    form = decode("amount=5&inner[flag]=true&names[0]=x")

    assert Outer(5, Inner(flag=True), ["x"]) == read(Outer, form)


@pytest.mark.parametrize(
    ("text", "code", "param"),
    [
        ("", "parameter_missing", "amount"),
        ("amount=x", "parameter_invalid_integer", "amount"),
        ("amount=0", "parameter_invalid_integer", "amount"),
        ("amount=5&other=1", "parameter_unknown", "other"),
        ("amount=5&inner[other]=1", "parameter_unknown", "inner[other]"),
        ("amount=5&inner[flag]=maybe", None, "inner[flag]"),
        ("amount=5&names=x", None, "names"),
    ],
)
def test_a_wrong_parameter_is_named(text: str, code: str | None, param: str) -> None:
    """With Stripe's codes."""
    with pytest.raises(Refusal) as refused:
        read(Outer, decode(text))

    assert (code, param) == (refused.value.error.get("code"), refused.value.error["param"])
    assert not refused.value.is_kept
