"""Makes many keys that a system does not know from one that it does not know."""

import re
from collections.abc import Collection, Iterator
from itertools import count, islice
from typing import Any

from msgspec.structs import replace

from schema.domain.customer import CustomerKey, CustomerLink
from schema.domain.product import VariantKey

_LAST_DIGITS = re.compile(r"[0-9]+(?=[^0-9]*$)")


def unknown_keys(unknown: Any, size: int, *, besides: Collection[Any]) -> list[Any]:
    """So many keys of the same form, each once, none of them among `besides`."""
    return list(islice(_others(unknown, {unknown, *besides}), size))


def _others(unknown: Any, taken: set[Any]) -> Iterator[Any]:
    for number in count(1):
        key = _varied(unknown, number)
        if key not in taken:
            taken.add(key)
            yield key


def _varied(key: Any, number: int) -> Any:
    if isinstance(key, CustomerKey | VariantKey):
        return replace(key, value=_text(key.value, number))
    if isinstance(key, CustomerLink):
        ref = key.ref and replace(key.ref, id=_text(key.ref.id, number))
        told = {
            name: value and _text(value, number)
            for name in ("membership", "email", "phone")
            for value in [getattr(key, name)]
        }
        return replace(key, ref=ref, **told)
    return _text(str(key), number)


def _text(text: str, number: int) -> str:
    """The text with its last digits counted down, or with digits where it has too few of them."""
    digits = _LAST_DIGITS.search(text)
    if digits is None or number >= 10 ** len(digits[0]):
        return f"{number}{text}"
    value = (int(digits[0]) - number) % 10 ** len(digits[0])
    return f"{text[: digits.start()]}{value:0{len(digits[0])}d}{text[digits.end() :]}"
