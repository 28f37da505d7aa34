"""Connectors that are installed for these tests, and a file to change."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, ClassVar

import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from connectors.sdk.context import CallContext
from connectors.sdk.document.problem import ConfigurationError
from connectors.sdk.manifest import Limits, Manifest
from connectors.sdk.registry import BrokenConnector, ConnectorType, Registry
from connectors.sdk.source import OtherSource, SourceContext
from gateway.settings.file import load
from gateway.settings.model import Settings

FILE = """\
server:
  port: 0
  keys:
    - {name: tablet, key: "${TILL_KEY}", role: staff, stores: [ginza]}
sources:
  pos:
    connector: shop
    config: {url: "http://pos", password: "${POS_PASSWORD}"}
    limits: {concurrency: 2}
  wms:
    connector: warehouse
  cards:
    connector: cards
entities:
  customer: [{source: pos}]
  order:
    - {source: pos, stores: [ginza, umeda], channels: [STORE]}
    - {source: pos}
  stock:
    - {source: wms, stores: [ginza]}
    - {source: wms}
payments:
  source: cards
stores:
  ginza:
    name: Ginza
    time_zone: Asia/Tokyo
    currency: JPY
    latitude: 35.67
    longitude: 139.76
    terminal_location: tml_1
    readers: {Front counter: tmr_1}
  umeda:
    name: Umeda
    time_zone: Asia/Tokyo
    currency: JPY
"""
VARIABLES = {"TILL_KEY": "a-key-of-the-till-0123456789abcdef", "POS_PASSWORD": "hunter2"}


class ShopAuth(BaseModel):
    """A part of a connector's configuration."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    user: str = "till"
    retries: int = 0


class ShopConfig(BaseModel):
    """A connector's configuration, with every kind of value."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str
    password: SecretStr
    verify: bool = True
    customers: Annotated[str | None, OtherSource()] = None
    auth: ShopAuth | None = None
    stores: dict[str, str] = Field(default_factory=dict)
    pages: tuple[ShopAuth, ...] = ()

    @field_validator("password")
    @classmethod
    def _long(cls, password: SecretStr) -> SecretStr:
        if password.get_secret_value() == "wrong-password":
            raise ValueError("the password wrong-password is too common")
        return password


class AnyConnector:
    """A connector's class; nothing here makes one."""

    Config: ClassVar[type[BaseModel]] = BaseModel

    def __init__(self, config: BaseModel, context: SourceContext) -> None:
        raise NotImplementedError

    async def probe(self, ctx: CallContext) -> None:
        """See `Connector.probe`."""

    async def aclose(self) -> None:
        """See `Connector.aclose`."""


class NoConfig(BaseModel):
    """A connector that needs to know nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def a_connector(
    name: str, *ports: str, config: type[BaseModel] = NoConfig, limits: Limits | None = None
) -> ConnectorType:
    """A connector as the registry describes it."""
    manifest = Manifest(id=name, version="1.0.0", title=name, limits=limits or Limits())
    return ConnectorType(name, AnyConnector, config, manifest, frozenset(ports))


@pytest.fixture
def registry() -> Registry:
    """Three connectors that work, and one that does not."""
    gentle = Limits(concurrency=4, rate_per_s=10, timeout_s=3, batch_max=50)
    shop = a_connector("shop", "CustomerReader", "OrderReader", config=ShopConfig, limits=gentle)
    found: dict[str, ConnectorType | BrokenConnector] = {
        "shop": shop,
        "warehouse": a_connector("warehouse", "StockReader"),
        "cards": a_connector("cards", "TerminalDriver"),
        "old": BrokenConnector("old", "ModuleNotFoundError: No module named 'oracledb'"),
    }
    return Registry(found)


@pytest.fixture
def loaded(tmp_path: Path, registry: Registry) -> Callable[..., Settings]:
    """Loads the file with some of its text replaced, and other variables."""

    def load_with(*changes: tuple[str, str], **variables: str | None) -> Settings:
        text = FILE
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / "tillgraph.yaml"
        path.write_text(text, encoding="utf-8")
        merged = {**VARIABLES, **variables}
        return load(path, registry, {key: it for key, it in merged.items() if it is not None})

    return load_with


@pytest.fixture
def told(loaded: Callable[..., Settings]) -> Callable[..., list[str]]:
    """What is wrong with the file once some of its text is replaced, without the file's name."""

    def told_with(*changes: tuple[str, str], **variables: str | None) -> list[str]:
        with pytest.raises(ConfigurationError) as caught:
            loaded(*changes, **variables)
        assert all(
            line.startswith(str(caught.value.path)) for line in str(caught.value).split("\n")
        )
        return [
            f"{problem.line}:{problem.column}: {problem.key}: {problem.message}"
            for problem in caught.value.problems
        ]

    return told_with
