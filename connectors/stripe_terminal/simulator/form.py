"""Stripe's form encoding: `a[b][c]=1` nests, `a[]=1` and `a[0]=1` are lists."""

import re
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct

from connectors.stripe_terminal.simulator.refusal import Refusal, wrong_parameter

T = TypeVar("T")
Form = dict[str, Any]

_FIELDS_MAX = 1000
_NAME = re.compile(r"(?P<first>[^\[\]]+)(?P<rest>(?:\[[^\[\]]*\]){0,6})")
_FAULT = re.compile(r"- at `\$\.?(?P<path>[^`]*)`")
_FIELD = re.compile(r"field `(?P<name>[^`]*)`")


class Nothing(Struct, forbid_unknown_fields=True):
    """The parameters of a call that takes none."""


def decode(text: str) -> Form:
    """Read a query string or a body.

    Raises:
        Refusal: It is no form, or says two things of one name.
    """
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS_MAX, errors="strict")
    except ValueError:  # UnicodeDecodeError is one
        raise wrong_parameter("The request is no form.") from None
    tree: Form = {}
    for name, value in pairs:
        _put(tree, name, value)
    return {name: _listed(value) for name, value in tree.items()}


def read(kind: type[T], form: Form) -> T:
    """Read a form as a record; a number, say, is text in it.

    Raises:
        Refusal: It lacks a parameter, has one too many, or one of another type.
    """
    try:
        return msgspec.convert(form, type=kind, strict=False)
    except msgspec.ValidationError as error:
        raise _refusal(str(error)) from None


def _put(tree: Form, name: str, value: str) -> None:
    matched = _NAME.fullmatch(name)
    if matched is None:
        raise wrong_parameter(f"Invalid parameter name: {name}", code="parameter_unknown")
    steps = [matched["first"], *re.findall(r"\[([^\[\]]*)\]", matched["rest"])]
    node = tree
    for step in steps[:-1]:
        node = node.setdefault(step, {})
        if not isinstance(node, dict):
            raise wrong_parameter(f"Invalid {matched['first']}", param=matched["first"])
    last = steps[-1] or str(len(node))  # a[] is the next of a list
    if last in node:
        raise wrong_parameter(f"Invalid {matched['first']}", param=matched["first"])
    node[last] = value


def _listed(value: Any) -> Any:
    """Tables whose names are 0, 1, 2 … are lists."""
    if not isinstance(value, dict):
        return value
    content = {name: _listed(inner) for name, inner in value.items()}
    if set(content) == {str(number) for number in range(len(content))}:
        return [content[str(number)] for number in range(len(content))]
    return content


def _refusal(text: str) -> Refusal:
    place = _FAULT.search(text)
    path = place["path"] if place else ""
    field = _FIELD.search(text)
    steps = [step for step in (*path.split("."), field["name"] if field else "") if step]
    param = steps[0] + "".join(f"[{step}]" for step in steps[1:]) if steps else None
    if "missing required" in text:
        return wrong_parameter(
            f"Missing required param: {param}.", code="parameter_missing", param=param
        )
    if "unknown field" in text:
        return wrong_parameter(
            f"Received unknown parameter: {param}", code="parameter_unknown", param=param
        )
    code = "parameter_invalid_integer" if "`int`" in text else None
    return wrong_parameter(f"Invalid {param}", code=code, param=param)
