"""Makes the test class of a connector."""

import asyncio
import tomllib
from collections.abc import Callable
from importlib.resources import files
from typing import Any
from unittest import SkipTest

from connectors.sdk.claims import offered
from connectors.sdk.manifest import Manifest
from connectors.sdk.registry import ConnectorType
from connectors.sdk.source import Connector
from connectors.sdk.testing.conform import prove
from connectors.sdk.testing.fact import Fact, NotApplicableError
from connectors.sdk.testing.facts import facts
from connectors.sdk.testing.suite import SuiteConfig


def connector_test_class(connector: type[Connector], suite: SuiteConfig) -> type:
    """A class with one test for each fact of a connector, each on a system started for it.

    Tests are plain functions that run a loop of their own, so that any pytest runs them.
    """
    kind = kind_of(connector)
    tests = {f"test_{fact.name}": _test(kind, suite, fact) for fact in facts(kind, suite.faults)}
    content: dict[str, Any] = {
        "__doc__": f"What holds of {kind.manifest.title}.",
        "conformance_of": kind.name,
        **tests,
    }
    return type(f"Test{connector.__name__}", (), content)


def kind_of(connector: type[Connector]) -> ConnectorType:
    """A connector class with all that is known of it, under the id of its own manifest."""
    manifest = getattr(connector, "Manifest", None)
    if not isinstance(manifest, Manifest):
        package = connector.__module__.rpartition(".")[0]
        text = (files(package) / "manifest.toml").read_text(encoding="utf-8")
        manifest = Manifest.parse(tomllib.loads(text), where=f"{package}/manifest.toml")
    return ConnectorType(
        name=manifest.id,
        cls=connector,
        config=connector.Config,
        manifest=manifest,
        ports=offered(connector),
    )


def _test(kind: ConnectorType, suite: SuiteConfig, fact: Fact) -> Callable[[Any], None]:
    def test(_self: Any) -> None:
        try:
            with asyncio.Runner() as runner:
                runner.run(prove(kind, suite, fact))
        except NotApplicableError as reason:
            raise SkipTest(str(reason)) from None

    test.__name__ = f"test_{fact.name}"
    test.__doc__ = fact.statement
    return test
