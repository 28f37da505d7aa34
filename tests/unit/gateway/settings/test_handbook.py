from typing import Annotated

import pytest
from pydantic import BaseModel, Field, SecretStr

from connectors.sdk.manifest import Limits
from connectors.sdk.registry import Registry
from gateway.settings.handbook import BEGIN, END, handbook, placed
from gateway.settings.model import Settings
from tests.unit.gateway.settings.conftest import a_connector


class Leaf(BaseModel):
    """A model within others."""

    above: "Leaf | None" = Field(default=None, description="One of its own kind.")


class Kinds(BaseModel):
    """Every kind of value."""

    count: int = Field(ge=1, le=20_000, description="How many.")
    ratio: float = Field(default=0.5, gt=0, le=0.75, description="How much.")
    secret: SecretStr = Field(description="Nobody's business.")
    code: str | None = Field(default=None, pattern="^(a|b)$", description="One | the other.")
    either: int | bool = Field(default=1, description="Two kinds.")
    whatever: object = Field(default=None, description="No kind.")
    free: dict[str, object] = Field(default_factory=dict, description="Of its own.")
    names: dict[str, str] = Field(description="By name.")
    leaves: tuple[Leaf, ...] = Field(default=(), description="Several.")
    by_name: dict[Annotated[str, Field(pattern="^a")], Leaf] = Field(description="Some.")


KINDS = handbook(
    Registry({"shop": a_connector("shop", "OrderReader", config=Kinds, limits=Limits(batch_max=7))})
)


def test_every_section_has_a_table(registry: Registry) -> None:
    """Those that a model of the file has, and what each connector needs to know."""
    headings = [it for it in handbook(registry).splitlines() if it.startswith("#")]

    assert [
        "## The keys",
        "### `server`",
        "### `server.keys[]`",
        "### `server.limits`",
        "### `storage`",
        "### `sources.<name>`",
        "### `sources.<name>.limits`",
        "### `entities`",
        "### `entities.customer[]`, `entities.catalog[]`, `entities.loyalty[]`",
        "### `entities.order[]`",
        "### `entities.stock[]`, `entities.incoming[]`",
        "### `payments`",
        "### `stores.<name>`",
        "## Connector `cards`",
        "### `config`",
        "## Connector `shop`",
        "### `config`",
        "### `config.auth`, `config.pages[]`",
        "## Connector `warehouse`",
        "### `config`",
    ] == headings


def test_every_key_of_the_file_is_there(registry: Registry) -> None:
    """With its description, so that nobody needs to read the models."""
    text = handbook(registry)

    for name, field in Settings.model_fields.items():
        assert f"| `{name}` |" in text
        assert str(field.description) in text


@pytest.mark.parametrize(
    "row",
    [
        "| `count` | whole number from 1 to 20,000 | required | How many. |",
        "| `ratio` | number above 0 to 0.75 | `0.5` | How much. |",
        "| `secret` | secret | required | Nobody's business. |",
        r"| `code` | text like `^(a\|b)$` | none | One \| the other. |",
        "| `either` | whole number or `true` or `false` | `1` | Two kinds. |",
        "| `whatever` | anything | none | No kind. |",
        "| `free` | keys | none | Of its own. |",
        "| `names` | names, each with text | required | By name. |",
        "| `leaves` | list of keys | none | Several. |",
        "| `by_name` | names, each with keys | required | Some. |",
    ],
)
def test_a_key_tells_what_its_value_is(row: str) -> None:
    """In the words of people who write YAML; a bar within a cell ends none."""
    assert row in KINDS.splitlines()


def test_a_model_within_itself_ends() -> None:
    """It is told once, with every place that it stands at."""
    assert 1 == KINDS.count("| `above` |")
    assert "### `config.leaves[]`, `config.by_name.<name>`" in KINDS


def test_a_connector_tells_its_limits() -> None:
    """Since the configuration may only tighten them."""
    assert (
        "shop. It offers `OrderReader`. Its limits: `batch_max` 7, `concurrency` 8, `timeout_s` 5."
    ) in KINDS


def test_the_tables_go_between_the_marks() -> None:
    """What people wrote around them stays; without both marks there is nothing to keep."""
    assert f"head\n{BEGIN}\n\nnew\n{END}\ntail" == placed(f"head\n{BEGIN}\nold\n{END}\ntail", "new")
    assert "new" == placed(f"head\n{BEGIN}\nold", "new")
    assert "new" == placed("", "new")
