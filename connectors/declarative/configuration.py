"""The model of a connector's configuration, made from the file's `config`."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, create_model

from connectors.declarative.model.configuration import ConfigKey
from connectors.sdk.source import OtherSource


class DeclaredConfig(BaseModel):
    """What every such model has in common."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, protected_namespaces=()
    )


def config_model(name: str, keys: Mapping[str, ConfigKey]) -> type[BaseModel]:
    """The model of these keys."""
    fields: dict[str, Any] = {key: _field(spec) for key, spec in keys.items()}
    made: type[BaseModel] = create_model(
        name, __base__=DeclaredConfig, __doc__="What the configuration says of it.", **fields
    )
    return made


def config_values(config: BaseModel) -> Mapping[str, Any]:
    """The values by the names of templates; secrets as plain texts."""
    values = {}
    for name in type(config).model_fields:
        value = getattr(config, name)
        if isinstance(value, SecretStr):
            value = value.get_secret_value()
        values[f"config.{name}"] = str(value) if isinstance(value, Path) else value
    return values


def _field(spec: ConfigKey) -> tuple[Any, Any]:
    kind = _TYPES[spec.type]
    if spec.pattern is not None:
        kind = Annotated[kind, AfterValidator(_fitting(spec.pattern))]
    if spec.default is not None:
        field = Field(default=spec.default, validate_default=True, description=spec.description)
    elif spec.required:
        field = Field(description=spec.description)
    else:
        kind, field = kind | None, Field(default=None, description=spec.description)
    return (Annotated[kind, OtherSource()] if spec.type == "source" else kind), field


def _fitting(pattern: str) -> Callable[[Any], Any]:
    """What holds a text, or the texts of a map, to a form."""
    fits = re.compile(pattern).fullmatch

    def check(value: Any) -> Any:
        if not all(map(fits, value.values() if isinstance(value, dict) else [value])):
            raise ValueError(f"expected what fits the pattern {pattern}")
        return value

    return check


def _a_database(value: SecretStr) -> SecretStr:
    # Loaded only here: the library is large, and most files need none.
    from connectors.sdk.sql import database_url  # noqa: PLC0415

    database_url(value.get_secret_value())
    return value


def _an_http_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
        raise ValueError("expected an address such as https://shop.example.com")
    return value.rstrip("/")


def _a_time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (OSError, ValueError, LookupError):
        raise ValueError("expected an IANA time zone, such as Asia/Tokyo") from None
    return value


def _read_backwards(value: dict[str, str]) -> dict[str, str]:
    if len(set(value.values())) < len(value):
        raise ValueError("two names stand for the same")
    return value


_Text = Annotated[str, Field(min_length=1)]
_TYPES: Mapping[str, Any] = {
    "text": _Text,
    "secret": Annotated[SecretStr, Field(min_length=1)],
    "url": Annotated[str, AfterValidator(_an_http_address)],
    "database": Annotated[SecretStr, AfterValidator(_a_database)],
    "integer": int,
    "number": float,
    "boolean": bool,
    "path": Path,
    "time_zone": Annotated[str, AfterValidator(_a_time_zone)],
    "country": Annotated[str, Field(pattern=r"^[A-Z]{2}$")],
    "source": _Text,
    "map": Annotated[dict[str, _Text], Field(min_length=1), AfterValidator(_read_backwards)],
}
