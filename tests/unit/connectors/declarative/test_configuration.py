"""What a file's `config` makes of what people write."""

from typing import Any

import pytest
from pydantic import BaseModel, SecretStr, ValidationError

from connectors.declarative.configuration import config_model, config_values
from connectors.declarative.model.configuration import ConfigKey
from connectors.sdk.source import OtherSource


def model(**key: Any) -> type[BaseModel]:
    """The model of one key, `it`."""
    return config_model("Config", {"it": ConfigKey(description="What it is.", **key)})


def test_the_address_of_a_database_is_secret() -> None:
    """A password may stand in it."""
    config = model(type="database").model_validate({"it": "sqlite:////srv/secret.db"})

    assert isinstance(config.it, SecretStr)  # type: ignore[attr-defined] # made while running
    assert "secret" not in repr(config)
    assert {"config.it": "sqlite:////srv/secret.db"} == config_values(config)


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ({"type": "database"}, "secret", "expected a database's address"),
        ({"type": "database"}, "sqlite+aiosqlite:////srv/secret.db", "synchronous"),
        ({"pattern": "[0-9]{4}"}, "0101secret", r"what fits the pattern \[0-9\]\{4\}"),
        ({"type": "map", "pattern": "[0-9]+"}, {"a": "1", "b": "secret"}, "what fits the pattern"),
        ({"pattern": "[0-9]{4}", "default": "secret"}, None, "what fits the pattern"),
    ],
)
def test_what_does_not_fit_is_told_and_not_shown(
    key: dict[str, Any], value: object, told: str
) -> None:
    """Also where the file itself gives it."""
    with pytest.raises(ValidationError, match=told) as wrong:
        model(**key).model_validate({} if value is None else {"it": value})

    assert "secret" not in str(wrong.value)


@pytest.mark.parametrize("more", [{}, {"default": "crm"}, {"required": False}])
def test_the_name_of_another_source_is_marked(more: dict[str, Any]) -> None:
    """So that whoever knows all sources can tell a wrong one; a text alone may be anything."""
    assert [OtherSource()] == model(type="source", **more).model_fields["it"].metadata[-1:]
    assert OtherSource() not in model(**more).model_fields["it"].metadata


def test_a_pattern_is_for_what_is_text() -> None:
    """And it has to be one."""
    with pytest.raises(ValidationError, match="for text and map"):
        ConfigKey(type="integer", pattern="[0-9]", description="A number.")
    with pytest.raises(ValidationError, match="a regular expression"):
        ConfigKey(pattern="[0-9", description="A number.")
