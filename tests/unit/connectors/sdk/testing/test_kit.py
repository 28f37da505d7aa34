"""The kit proves every fact of a right connector, and none of one that is wrong in it."""

import pytest

from connectors.sdk.testing import Samples, connector_test_class
from connectors.sdk.testing.conform import Finding, Report, Standing, live, run
from connectors.sdk.testing.facts import facts
from connectors.sdk.testing.http_faults import HTTP_FAULTS
from connectors.sdk.testing.kit import kind_of
from tests.unit.connectors.sdk.testing.broken import BROKEN, Deaf
from tests.unit.connectors.sdk.testing.connector import ShopConnector
from tests.unit.connectors.sdk.testing.shop import KEY, SUITE, running_shop

# The shop can do no such thing, or there is no sample of it.
UNTRIED = ("orders_by_number_", "orders_of_", "extend_", "release_")
OF_HTTP = [f"{name}_fault_{it.name}" for it in HTTP_FAULTS for name in ("orders", "reserve")]
NAMES = [it.name for it in facts(kind_of(ShopConnector), HTTP_FAULTS)]
TRIED = [name for name in NAMES if not name.startswith(UNTRIED)]


async def tried(connector: type[ShopConnector], name: str) -> Report:
    """What the kit says of one fact."""
    return await run(kind_of(connector), SUITE, only=lambda fact: fact.name == name)


@pytest.mark.parametrize("name", TRIED)
async def test_right(name: str) -> None:
    """A right connector keeps every fact."""
    report = await tried(ShopConnector, name)

    assert [(Standing.PROVED, None)] == [(it.standing, it.reason) for it in report.findings]
    assert report.is_conforming


@pytest.mark.parametrize("name", sorted(BROKEN))
async def test_broken(name: str) -> None:
    """A connector that breaks a fact fails it, and does not end the kit."""
    report = await tried(BROKEN[name], name)

    assert [Standing.FAILED] == [it.standing for it in report.findings]
    assert not report.is_conforming


@pytest.mark.parametrize("name", OF_HTTP)
async def test_deaf(name: str) -> None:
    """A connector that takes failure for an answer fails every one of the faults."""
    report = await tried(Deaf, name)

    assert [Standing.FAILED] == [it.standing for it in report.findings]


def test_class() -> None:
    """The test class has a test for each fact, whose docstring states it."""
    made = connector_test_class(ShopConnector, SUITE)

    assert [f"test_{name}" for name in NAMES] == [it for it in vars(made) if it.startswith("test_")]
    assert all(vars(made)[f"test_{name}"].__doc__ for name in NAMES)


async def test_untried() -> None:
    """What no sample tells of is not applicable, and not proved."""
    report = await tried(ShopConnector, "orders_by_number_known_keys_have_records")

    assert [Standing.NOT_APPLICABLE] == [it.standing for it in report.findings]
    assert not report.is_conforming


async def test_live() -> None:
    """A system that runs already is tried without writing to it."""
    async with running_shop() as system:
        samples = system.samples or Samples()
        suite = live({**system.config, "key": KEY}, samples)
        names = ("probe_succeeds", "orders_fault_reset", "reserve_same_key_is_one_effect")
        report = await run(kind_of(ShopConnector), suite, only=lambda it: it.name in names)

    standings = {it.fact: it.standing for it in report.findings}
    assert {
        "probe_succeeds": Standing.PROVED,
        "orders_fault_reset": Standing.PROVED,
        "reserve_same_key_is_one_effect": Standing.NOT_APPLICABLE,
    } == standings


async def test_wrong_configuration() -> None:
    """A configuration that does not fit is a failure that names the key, and no value."""
    suite = live({"base_url": "http://127.0.0.1:1", "key": {"a": KEY}}, Samples())
    told: list[Finding] = []

    report = await run(
        kind_of(ShopConnector),
        suite,
        only=lambda it: it.name == "probe_succeeds",
        progress=told.append,
    )

    assert ["the configuration is wrong: key"] == [it.reason for it in report.findings]
    assert told == list(report.findings)


def test_every_fact_can_fail() -> None:
    """There is a wrong connector for each kind of fact that the kit proves of the shop."""
    shown = {*BROKEN, *OF_HTTP}
    prefixes = ("probe_", "orders_", "order_page_")
    covered = {name.removeprefix(it) for name in shown for it in prefixes if name.startswith(it)}
    left = {
        name
        for name in set(TRIED) - shown
        if not any(name.startswith(it) and name.removeprefix(it) in covered for it in prefixes)
    }

    assert set() == left
