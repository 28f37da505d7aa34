from collections.abc import Callable

import pytest

from connectors.sdk.claims import PORTS
from gateway.settings.crosscheck import NEEDED_PORT, PAYMENT_PORT
from gateway.settings.entities import EntitySettings
from gateway.settings.model import Settings

Told = Callable[..., list[str]]


def test_every_entity_needs_a_port_that_there_is() -> None:
    """No entity without a port, and none whose port no connector could offer."""
    assert set(EntitySettings.model_fields) == set(NEEDED_PORT)
    assert {*NEEDED_PORT.values(), PAYMENT_PORT} <= set(PORTS)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "connector: warehouse",
            "connector: wearhouse",
            "11:16: sources.wms.connector: no such connector is installed; did you mean warehouse?",
        ),
        (
            "connector: warehouse",
            "connector: old",
            (
                "11:16: sources.wms.connector: the connector is installed, but cannot be loaded:"
                " ModuleNotFoundError: No module named 'oracledb'"
            ),
        ),
        (
            "connector: warehouse",
            "connector: ./absent.yaml",
            (
                "11:16: sources.wms.connector: this file is no connector:"
                " cannot be read: No such file or directory"
            ),
        ),
        (
            "- {source: wms}",
            "- {source: wmss}",
            "21:16: entities.stock[1].source: there is no such source; did you mean wms?",
        ),
        (
            "- {source: wms}",
            "- {source: pos}",
            (
                "21:16: entities.stock[1].source: the connector shop offers no StockReader;"
                " expected one of: wms"
            ),
        ),
        (
            "customer: [{source: pos}]",
            "loyalty: [{source: pos}]",
            "15:22: entities.loyalty[0].source: the connector shop offers no LoyaltyReader",
        ),
        (
            "source: cards",
            "source: pos",
            (
                "23:11: payments.source: the connector shop offers no TerminalDriver;"
                " expected one of: cards"
            ),
        ),
        (
            'config: {url: "http://pos"',
            'config: {customers: wmss, url: "http://pos"',
            "8:25: sources.pos.config.customers: there is no such source; did you mean wms?",
        ),
        (
            "stores: [ginza, umeda]",
            "stores: [ginsa]",
            "17:30: entities.order[0].stores[0]: there is no such store; did you mean ginza?",
        ),
        (
            "role: staff, stores: [ginza]",
            "role: staff, stores: [kyoto]",
            "4:64: server.keys[0].stores[0]: there is no such store; expected one of: ginza, umeda",
        ),
        (
            "{concurrency: 2}",
            "{concurrency: 5}",
            (
                "9:27: sources.pos.limits.concurrency: expected at most 4:"
                " the connector's own limit may be tightened only"
            ),
        ),
        (
            "{concurrency: 2}",
            "{rate_per_s: 10.5}",
            (
                "9:26: sources.pos.limits.rate_per_s: expected at most 10:"
                " the connector's own limit may be tightened only"
            ),
        ),
        (
            "{concurrency: 2}",
            "{timeout_s: 3.1}",
            (
                "9:25: sources.pos.limits.timeout_s: expected at most 3:"
                " the connector's own limit may be tightened only"
            ),
        ),
    ],
)
def test_parts_must_fit_together(told: Told, old: str, new: str, problem: str) -> None:
    """Each part is well formed, and still does not fit another or what is installed."""
    assert [problem] == told((old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("connector: warehouse", "connector: [warehouse]"),
        ("source: cards", "source: [cards]"),
        ("customer: [{source: pos}]", "customer: pos"),
        ("customer: [{source: pos}]", "customer: [pos]"),
        ("stores: [ginza, umeda]", "stores: ginza"),
        ('config: {url: "http://pos", password: "${POS_PASSWORD}"}', "config: secret"),
    ],
)
def test_what_has_the_wrong_form_is_told_once(told: Told, old: str, new: str) -> None:
    """The form is one problem; what it refers to is not looked for."""
    assert 1 == len(told((old, new)))


def test_a_source_may_name_another(loaded: Callable[..., Settings]) -> None:
    """In its connector's own configuration."""
    url = 'config: {url: "http://pos"'
    settings = loaded((url, url.replace("{", "{customers: wms, ")))

    assert "wms" == settings.sources["pos"].config["customers"]


def test_limits_may_be_tightened_to_the_manifest_itself(loaded: Callable[..., Settings]) -> None:
    """The manifest's own limit is no loosening; where it sets none, any will do."""
    settings = loaded(
        ("{concurrency: 2}", "{concurrency: 4, rate_per_s: 10, timeout_s: 3, batch_max: 50}"),
        ("connector: warehouse", "connector: warehouse\n    limits: {rate_per_s: 500}"),
    )

    assert 500 == settings.sources["wms"].limits.rate_per_s
