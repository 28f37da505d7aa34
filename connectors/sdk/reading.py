"""Reads what a system sent into the form that a mapping expects."""

import re
from typing import Any, TypeVar

import msgspec

from schema.domain.errors import SchemaDrift

T = TypeVar("T")

_PLACE = re.compile(r" - at `\$\.?(?P<place>[^`]*)`$")
_MISSING = re.compile(r"missing required field `(?P<field>\w+)`")
_EXPECTED = re.compile(r"^Expected `(?P<expected>[^`]*)`")


def read(kind: type[T], value: object, *, where: str) -> T:
    """Convert decoded JSON into `kind`; fields that it does not have are passed over.

    `where` names the record in errors: `order`, say. Give fields of few words the type `str` and
    map them afterwards (`one_of`), so that the error of an unknown word does not quote it.

    Raises:
        SchemaDrift: A field is missing or of another type. It is named; its value is not.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise drift(_place(where, str(error)), _expectation(str(error))) from None


def drift(field: str, expectation: str) -> SchemaDrift:
    """The error of one field in an unknown form; `expectation` tells what was expected instead."""
    return SchemaDrift(f"{field}: {expectation}")


def one_of(words: dict[str, T], word: Any, *, field: str) -> T:
    """What a system's word stands for.

    Raises:
        SchemaDrift: It is none of the words known. `field` is named; the word is not.
    """
    try:
        return words[word]
    except (KeyError, TypeError):
        raise drift(field, f"none of the {len(words)} known words") from None


def _place(where: str, message: str) -> str:
    place = _PLACE.search(message)
    missing = _MISSING.search(message)
    parts = (where, place and place["place"], missing and missing["field"])
    return ".".join(part for part in parts if part).replace(".[", "[")


def _expectation(message: str) -> str:
    if _MISSING.search(message):
        return "missing"
    expected = _EXPECTED.search(message)
    return f"expected {expected['expected']}" if expected else "not of the expected form"
