"""Looks into records: their leaves, what of them is personal, and whether two tell the same."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict
from pydantic import BaseModel, SecretStr

from connectors.sdk.claims import RECORDS
from schema.domain.errors import SourceError
from schema.domain.money import Money

RECOGNISABLE = 4  # characters of a value that could be recognised in a text
_ASKED_AT = "as_of"

Leaf = tuple[str, Any]


def leaves(value: object, path: str = "") -> Iterator[Leaf]:
    """Every value within a record by its path, such as `lines.0.total`. Money is one value."""
    if isinstance(value, Struct) and not isinstance(value, Money):
        for name, part in asdict(value).items():
            yield from leaves(part, f"{path}.{name}" if path else name)
    elif isinstance(value, list | tuple):
        for number, part in enumerate(value):
            yield from leaves(part, f"{path}.{number}" if path else str(number))
    else:
        yield path, value


def told(value: object) -> object:
    """What an answer tells, in a form to compare: without the moment it was asked at."""
    if isinstance(value, SourceError):
        return type(value).__name__
    if isinstance(value, Mapping):
        return {key: told(it) for key, it in value.items()}
    if isinstance(value, list | tuple):
        return [told(it) for it in value]
    if isinstance(value, Struct) and not isinstance(value, Money):
        content = {name: told(it) for name, it in asdict(value).items() if name != _ASKED_AT}
        return {"": type(value).__name__, **content}
    return value


def is_less(now: object, before: object) -> bool:
    """Whether one tells no more than the other, and nothing else: where it differs, it is empty."""
    if now is None or now == before:
        return True
    if isinstance(now, str) and isinstance(before, str):
        return now in before
    if isinstance(now, Mapping) and isinstance(before, Mapping):
        return now.keys() == before.keys() and all(is_less(now[key], before[key]) for key in now)
    if isinstance(now, list) and isinstance(before, list):
        return len(now) == len(before) and all(map(is_less, now, before))
    return False


def records(value: object) -> Iterator[Struct]:
    """The records in an answer."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for it in value:
            yield from records(it)
    elif isinstance(value, Struct):
        yield value


def secrets(config: object) -> Iterator[str]:
    """Every secret of a configuration."""
    if isinstance(config, SecretStr):
        if len(text := config.get_secret_value()) >= RECOGNISABLE:
            yield text
    elif isinstance(config, BaseModel):
        yield from secrets([getattr(config, name) for name in type(config).model_fields])
    elif isinstance(config, Mapping):
        yield from secrets(list(config.values()))
    elif isinstance(config, list | tuple):
        for it in config:
            yield from secrets(it)


def personal(
    found: Iterable[Struct], declared: Iterable[str], *, shortest: int = RECOGNISABLE
) -> Iterator[str]:
    """The texts that records hold in fields which a manifest declares personal."""
    kinds = {name: it for held in RECORDS.values() for name, it in held.items()}
    wanted = [it.split(".", 1) for it in declared]
    for record in found:
        fields = [field for name, field in wanted if kinds.get(name) is type(record)]
        for path, value in leaves(record):
            under = any(path == field or path.startswith(f"{field}.") for field in fields)
            is_text = isinstance(value, str) and not path.endswith("ref.name")
            if under and is_text and len(value) >= shortest:
                yield value
