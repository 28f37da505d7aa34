"""Tries a connector without pytest, fact by fact."""

import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from enum import Enum
from typing import Any

from msgspec import Struct
from pydantic import ValidationError

from connectors.sdk.registry import ConnectorType
from connectors.sdk.testing.bench import bench
from connectors.sdk.testing.fact import Fact, NotApplicableError, UnprovedError
from connectors.sdk.testing.facts import facts
from connectors.sdk.testing.http_faults import HTTP_FAULTS
from connectors.sdk.testing.suite import Samples, SuiteConfig, System


class Standing(Enum):
    """How a fact has turned out."""

    PROVED = "PROVED"
    FAILED = "FAILED"
    NOT_APPLICABLE = "NOT_APPLICABLE"


class Finding(Struct, frozen=True):
    """One fact, and how it has turned out. `reason` tells why it is not proved."""

    fact: str
    statement: str
    standing: Standing
    seconds: float
    reason: str | None = None


class Report(Struct, frozen=True):
    """How a connector has done."""

    connector: str
    version: str
    findings: tuple[Finding, ...]

    @property
    def is_conforming(self) -> bool:
        """Whether nothing has failed, and something was proved."""
        standings = {it.standing for it in self.findings}
        return Standing.PROVED in standings and Standing.FAILED not in standings

    def count(self, standing: Standing) -> int:
        """How many facts have turned out so."""
        return sum(it.standing is standing for it in self.findings)


async def run(
    kind: ConnectorType,
    suite: SuiteConfig,
    *,
    progress: Callable[[Finding], None] = lambda _: None,
    only: Callable[[Fact], bool] = lambda _: True,
) -> Report:
    """Try every fact that `only` lets through, each on a system started for it."""
    findings = []
    for fact in filter(only, facts(kind, suite.faults)):
        findings.append(await finding(kind, suite, fact))
        progress(findings[-1])
    return Report(kind.name, kind.manifest.version, tuple(findings))


async def finding(kind: ConnectorType, suite: SuiteConfig, fact: Fact) -> Finding:
    """Try one fact."""
    started = time.monotonic()
    standing, reason = Standing.PROVED, None
    try:
        await prove(kind, suite, fact)
    except NotApplicableError as error:
        standing, reason = Standing.NOT_APPLICABLE, str(error)
    except UnprovedError as error:
        standing, reason = Standing.FAILED, str(error)
    except ValidationError as error:
        keys = ", ".join(".".join(map(str, it["loc"])) for it in error.errors())
        standing, reason = Standing.FAILED, f"the configuration is wrong: {keys}"
    except Exception as error:  # noqa: BLE001 - a connector may raise anything; its text may quote
        standing, reason = Standing.FAILED, f"{type(error).__name__} was raised"
    seconds = time.monotonic() - started
    return Finding(fact.name, fact.statement, standing, seconds, reason)


async def prove(kind: ConnectorType, suite: SuiteConfig, fact: Fact) -> None:
    """Prove one fact.

    Raises:
        UnprovedError: The connector does not keep it.
        NotApplicableError: It cannot be told here.
    """
    async with bench(kind, suite) as made:
        if made.system.is_recording and not fact.replayable:
            raise NotApplicableError("a recording does not answer what was not asked")
        await fact.prove(made)


def live(
    config: Mapping[str, Any], samples: Samples, *, address: str | None = "base_url"
) -> SuiteConfig:
    """The suite for a system that runs already, in which nothing is written.

    `address` is the key of `config` that would hold an HTTP address; without one no faults are
    tried.
    """
    has_address = address is not None and address in config
    system = System(
        config=config,
        address=address if has_address else None,
        samples=samples,
        can_write=False,
    )
    faults = HTTP_FAULTS if has_address else ()
    return SuiteConfig(system=lambda: _running(system), faults=faults)


@asynccontextmanager
async def _running(system: System) -> AsyncIterator[System]:
    yield system
