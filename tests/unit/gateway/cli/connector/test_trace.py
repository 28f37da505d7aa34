import time
from pathlib import Path

import pytest
from pydantic import BaseModel, SecretStr
from sqlalchemy import text

from connectors.sdk.context import CallContext
from connectors.sdk.manifest import Limits
from connectors.sdk.sql import SqlClient, database_url
from gateway.cli.connector.trace import Trace
from schema.domain.scope import Actor


class Inner(BaseModel):
    """Secrets in every place that a model has."""

    key: SecretStr
    more: dict[str, SecretStr]
    listed: tuple[SecretStr, ...]


class Config(BaseModel):
    """A part within a part."""

    inner: Inner
    short: SecretStr = SecretStr("ab")


TRACE_CONFIG = Config(
    inner=Inner(
        key=SecretStr("first-secret"),
        more={"a": SecretStr("second-secret")},
        listed=(SecretStr("third-secret"),),
    )
)


def test_no_secret_of_the_configuration_is_shown() -> None:
    """However deep it lies; one of two letters would be in too many words."""
    shown = Trace(TRACE_CONFIG).shown("first-secret second-secret third-secret about")

    assert "… … … about" == shown


@pytest.mark.parametrize("field", ["access_token", "refreshToken", "password", "client_secret"])
def test_a_token_that_is_given_out_is_not_shown(field: str) -> None:
    """No configuration names it."""
    assert f'{{"{field}": "…", "a": "b"}}' == Trace(TRACE_CONFIG).shown(
        f'{{"{field}": "xyz", "a": "b"}}'
    )


def test_long_bodies_are_cut() -> None:
    """A page of thousands of rows helps nobody."""
    assert 4_001 == len(Trace(TRACE_CONFIG).shown(b"x" * 10_000) or "")


async def test_statements_are_gathered_without_their_values(tmp_path: Path) -> None:
    """As long as the question takes, and no longer."""
    file = tmp_path / "shop.db"
    file.touch()
    trace = Trace(TRACE_CONFIG)
    ctx = CallContext(time.monotonic() + 10, Actor("test", "system"), "t")
    client = SqlClient(database_url(f"sqlite:///{file}"), Limits(concurrency=1))
    try:
        with trace.statements():
            await client.rows(ctx, text("SELECT :name AS name"), {"name": "a-customer"})
        await client.rows(ctx, text("SELECT 2 AS two"))
    finally:
        await client.aclose()

    assert ["SELECT ? AS name"] == [it.request for it in trace.exchanges]
