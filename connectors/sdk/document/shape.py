"""Compares a part of the file with the model that it must have."""

import types
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from connectors.sdk.document.content import Document
from connectors.sdk.document.environment import SECRET_MIN, Environment
from connectors.sdk.document.problem import Key, Problem

Model = TypeVar("Model", bound=BaseModel)

# What pydantic calls things, and what people who write YAML call them.
_EXPECTED = {
    "bool_parsing": "expected true or false",
    "bool_type": "expected true or false",
    "dict_type": "expected keys with values below it",
    "float_parsing": "expected a number",
    "float_type": "expected a number",
    "int_from_float": "expected a whole number",
    "int_parsing": "expected a whole number",
    "int_type": "expected a whole number",
    "list_type": "expected a list",
    "missing": "this key is required",
    "union_tag_not_found": "the key {discriminator} is required",
    "union_tag_invalid": "expected {discriminator} to be one of: {expected_tags}",
    "model_type": "expected keys with values below it",
    "string_type": "expected text; put numbers and the like in quotes",
    "string_pattern_mismatch": "expected text of the form {pattern}",
    "too_short": "expected at least {min_length}",
    "tuple_type": "expected a list",
}
# Kinds whose text is a validator's own.
_FREE_TEXT = {"assertion_error", "value_error"}


def shaped(
    model: type[Model], document: Document, at: Key, content: object, environment: Environment
) -> Model | list[Problem]:
    """The model filled with the content at a key, or everything that is wrong with it."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        told = error.errors(include_url=False, include_input=False)
        tell = _Teller(model, document, at, environment)
        return [tell.problem(detail) for detail in told if not tell.is_told_elsewhere(detail, told)]


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint for an unknown name: the one that is meant, or else those that exist."""
    names = sorted(known)
    written = {known.casefold(): known for known in names}
    if close := get_close_matches(name.casefold(), written, n=1, cutoff=0.6):
        return f"did you mean {written[close[0]]}?"
    return f"expected one of: {', '.join(names)}" if names else "there are none"


class _Teller:
    """Puts pydantic's findings in the words of people who write YAML."""

    def __init__(
        self, model: type[BaseModel], document: Document, at: Key, environment: Environment
    ) -> None:
        self._model = model
        self._document = document
        self._at = at
        self._environment = environment

    def is_told_elsewhere(self, detail: ErrorDetails, told: Sequence[ErrorDetails]) -> bool:
        """Whether it only follows from another problem."""
        where = detail["loc"]
        if (*self._at, *where) in self._document.unreadable:
            return True
        # Items that are wrong are not counted, so that a list seems too short as well.
        return detail["type"] == "too_short" and any(
            len(other["loc"]) > len(where) and other["loc"][: len(where)] == where for other in told
        )

    def problem(self, detail: ErrorDetails) -> Problem:
        where = _without_tags(self._model, detail["loc"])
        if where and where[-1] == "[key]":
            message = f"not a valid name here: {self._reason(detail)}"
            return self._document.problem((*self._at, *where[:-1]), message, at_key=True)
        key = (*self._at, *where)
        if detail["type"] == "extra_forbidden":
            known = _known(self._model, detail["loc"][:-1])
            message = f"unknown key; {nearest(str(where[-1]), known)}"
            return self._document.problem(key, message, at_key=True)
        return self._document.problem(self._existing(key), self._reason(detail))

    def _existing(self, key: Key) -> Key:
        """The key as the file has it: a union in a model adds parts of its own."""
        while len(key) > len(self._at) + 1 and not self._is_near(key):
            key = key[:-1]
        return key

    def _is_near(self, key: Key) -> bool:
        held = self._document.value(key[:-1])
        return key in self._document.places or isinstance(held, dict | list)

    def _reason(self, detail: ErrorDetails) -> str:
        kind = detail["type"]
        if kind in _EXPECTED:
            return _EXPECTED[kind].format(**detail.get("ctx", {}))
        reason = detail["msg"].replace("Input should be", "expected", 1)
        if kind in _FREE_TEXT:
            reason = self._veiled(reason.partition(", ")[2], (*self._at, *detail["loc"]))
        return reason[:1].lower() + reason[1:]

    def _veiled(self, reason: str, key: Key) -> str:
        """What a validator says, without the value that it was given."""
        value = self._document.value(key)
        if isinstance(value, str) and len(value) >= SECRET_MIN:
            reason = reason.replace(value, "…")
        return self._environment.veiled(reason)


def _known(model: type[BaseModel], where: Key) -> set[str]:
    """The keys that a model allows at a place within it."""
    annotation: Any = model
    for part in where:
        annotation = _tagged(annotation, part) or _inside(annotation, part)
    held = _model_of(annotation)
    return {field.alias or name for name, field in held.model_fields.items()} if held else set()


def _without_tags(model: type[BaseModel], where: Key) -> Key:
    """A place in the file: where a model is one of several, its tag is no key there."""
    annotation: Any = model
    kept: list[str | int] = []
    for part in where:
        if option := _tagged(annotation, part):
            annotation = option
        else:
            kept.append(part)
            annotation = _inside(annotation, part)
    return tuple(kept)


def _tagged(annotation: Any, part: str | int) -> type[BaseModel] | None:
    """Which of several models a tag stands for; None where there is one, or it is no tag."""
    models = [
        it for it in _options(annotation) if isinstance(it, type) and issubclass(it, BaseModel)
    ]
    if len(models) < 2:  # noqa: PLR2004 - of one model there is nothing to tell
        return None
    return next((it for it in models if part in _tags(it)), None)


def _tags(model: type[BaseModel]) -> Iterable[object]:
    """The words of a model's fields that have one word each, `kind` say."""
    for field in model.model_fields.values():
        if get_origin(field.annotation) is Literal:
            yield from get_args(field.annotation)


def _inside(annotation: Any, part: str | int) -> Any:
    held = _model_of(annotation)
    if held is not None:
        field = held.model_fields.get(str(part))
        return field.annotation if field else None
    for option in _options(annotation):
        arguments = get_args(option)
        if arguments and isinstance(get_origin(option), type):
            return arguments[1] if issubclass(get_origin(option), Mapping) else arguments[0]
    return None


def _model_of(annotation: Any) -> type[BaseModel] | None:
    for option in _options(annotation):
        if isinstance(option, type) and issubclass(option, BaseModel):
            return option
    return None


def _options(annotation: Any) -> list[Any]:
    """The alternatives of a type, without None and without what annotates them."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _options(get_args(annotation)[0])
    if origin in {Union, types.UnionType}:
        return [inner for option in get_args(annotation) for inner in _options(option)]
    return [annotation]
