import os
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.sdk.document.problem import ConfigurationError
from connectors.sdk.registry import Registry
from gateway.settings.file import load
from gateway.settings.model import Settings
from schema.domain.order import Channel

Loaded = Callable[..., Settings]
Told = Callable[..., list[str]]


def test_a_whole_file_is_read(loaded: Loaded) -> None:
    """Every section arrives in its model, in the file's order."""
    settings = loaded()

    assert ["pos", "wms", "cards"] == list(settings.sources)
    assert ("tablet", ("ginza",)) == (
        settings.server.keys[0].name,
        tuple(settings.server.keys[0].stores or ()),
    )
    assert "cards" == (settings.payments and settings.payments.source)
    assert "sqlite+aiosqlite:///tillgraph.db" == settings.storage.url


def test_secrets_come_from_variables_and_are_not_shown(loaded: Loaded) -> None:
    """The value is there for the connector, and in no representation of the settings."""
    settings = loaded()

    assert "hunter2" == settings.sources["pos"].config["password"]
    assert "hunter2" not in repr(settings)
    assert "0123456789abcdef" not in repr(settings)


def test_variables_are_taken_from_the_environment(
    tmp_path: Path, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without any given, the process's own count."""
    path = tmp_path / "tillgraph.yaml"
    path.write_text("sources: {wms: {connector: '${WMS_CONNECTOR}'}}\n", encoding="utf-8")
    monkeypatch.setenv("WMS_CONNECTOR", "warehouse")

    assert "warehouse" == load(path, registry).sources["wms"].connector


def test_one_line_tells_file_line_column_key_and_what_was_expected(
    tmp_path: Path, registry: Registry
) -> None:
    """An editor can jump to it, and a person knows what to write."""
    path = tmp_path / "tillgraph.yaml"
    path.write_text("sources:\n  wms:\n    conector: warehouse\n", encoding="utf-8")

    with pytest.raises(ConfigurationError) as caught:
        load(path, registry, {})

    assert [
        f"{path}:2:3: sources.wms.connector: this key is required",
        f"{path}:3:5: sources.wms.conector: unknown key; did you mean connector?",
    ] == str(caught.value).split("\n")


def test_every_problem_is_told_at_once(told: Told) -> None:
    """In the order of the file, whichever check found it."""
    problems = told(
        ("concurrency: 2", "concurrency: 9"),
        ("connector: warehouse", "connector: wearhouse"),
        ("[STORE]", "[SHOP]"),
        ("source: cards", "source: card"),
        ("JPY", "yen"),
        TILL_KEY=None,
    )

    assert [
        "server.keys[0].key",
        "sources.pos.limits.concurrency",
        "sources.wms.connector",
        "entities.order[0].channels[0]",
        "payments.source",
        "stores.ginza.currency",
    ] == [problem.split(": ")[1] for problem in problems]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "sources:\n",
            "sorces:\n",
            "5:1: sorces: unknown key; did you mean sources?",
        ),
        (
            "{concurrency: 2}",
            "{concurency: 2}",
            "9:14: sources.pos.limits.concurency: unknown key; did you mean concurrency?",
        ),
        (
            "{concurrency: 2}",
            "{zebra: 2}",
            (
                "9:14: sources.pos.limits.zebra: unknown key; expected one of:"
                " batch_max, concurrency, rate_per_s, timeout_s"
            ),
        ),
        (
            "{concurrency: 2}",
            "fast",
            "9:13: sources.pos.limits: expected keys with values below it",
        ),
        (
            "{concurrency: 2}",
            "{concurrency: two}",
            "9:27: sources.pos.limits.concurrency: expected a whole number",
        ),
        (
            'url: "http://pos"',
            "url: 80",
            "8:19: sources.pos.config.url: expected text; put numbers and the like in quotes",
        ),
        (
            'url: "http://pos"',
            "verify: maybe, url: x",
            "8:22: sources.pos.config.verify: expected true or false",
        ),
        (
            'url: "http://pos"',
            "url: x, auth: {usr: till}",
            "8:29: sources.pos.config.auth.usr: unknown key; did you mean user?",
        ),
        (
            'url: "http://pos"',
            "url: x, pages: [{}, {retries: x}]",
            "8:44: sources.pos.config.pages[1].retries: expected a whole number",
        ),
        (
            'url: "http://pos", ',
            "",
            "8:5: sources.pos.config.url: this key is required",
        ),
        (
            "stores: [ginza, umeda], channels",
            "stores: [], channels",
            "17:29: entities.order[0].stores: expected at least 1",
        ),
        (
            "[STORE]",
            "[SHOP]",
            (
                "17:56: entities.order[0].channels[0]: expected 'STORE', 'WEB', 'APP', 'SOCIAL',"
                " 'CATALOG' or 'CALL_CENTER'"
            ),
        ),
        (
            "time_zone: Asia/Tokyo",
            "time_zone: Asia/Tokio",
            "27:16: stores.ginza.time_zone: expected an IANA time zone, such as Asia/Tokyo",
        ),
        (
            "currency: JPY",
            "currency: yen",
            "28:15: stores.ginza.currency: expected an ISO 4217 code, such as JPY",
        ),
        (
            "latitude: 35.67",
            "latitude: 95",
            "29:15: stores.ginza.latitude: expected less than or equal to 90",
        ),
        (
            "    longitude: 139.76\n",
            "",
            "26:5: stores.ginza: expected both latitude and longitude, or neither",
        ),
        (
            "  umeda:",
            "  Umeda Store:",
            "17:37: entities.order[0].stores[1]: there is no such store; did you mean Umeda Store?",
        ),
    ],
)
def test_what_was_expected_is_told(told: Told, old: str, new: str, problem: str) -> None:
    """Place, key and expectation, for each way to be wrong."""
    assert problem in told((old, new))


def test_a_value_never_shows(told: Told) -> None:
    """Neither one from a variable nor one in the file, not even in a validator's own words."""
    from_variable = told(POS_PASSWORD="wrong-password")
    in_file = told(('"${POS_PASSWORD}"', "wrong-password"))

    assert ["8:43: sources.pos.config.password: the password … is too common"] == from_variable
    assert from_variable == in_file


def test_a_wrong_value_from_a_variable_is_told_without_it(told: Told) -> None:
    """What a variable gives is read like text in quotes."""
    problems = told(("{concurrency: 2}", "{concurrency: '${LIMIT}'}"), LIMIT="four-and-a-half")

    assert ["9:27: sources.pos.limits.concurrency: expected a whole number"] == problems


def test_a_number_may_come_from_a_variable(loaded: Loaded) -> None:
    """Text becomes the number, or the truth value, that the key wants."""
    settings = loaded(
        ("{concurrency: 2}", "{concurrency: '${LIMIT}'}"),
        ('url: "http://pos"', "url: x, verify: '${VERIFY:-false}'"),
        LIMIT="3",
    )

    assert 3 == settings.sources["pos"].limits.concurrency


def test_an_unset_variable_is_the_only_problem_of_its_key(told: Told) -> None:
    """Nothing follows from the value that is not there."""
    assert [
        (
            "8:43: sources.pos.config.password: the environment variable POS_PASSWORD is not set;"
            " set it, or write ${POS_PASSWORD:-fallback}"
        )
    ] == told(POS_PASSWORD=None)


def test_a_file_that_is_not_there_is_told(tmp_path: Path, registry: Registry) -> None:
    """As a problem of the file, like any other."""
    path = tmp_path / "none.yaml"

    with pytest.raises(ConfigurationError, match=r"none\.yaml:1:1: cannot be read: No such file"):
        load(path, registry, {})


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "1:1: the file is empty"),
        (b"a: \xff\n", "1:4: expected UTF-8"),
        (b"a: 1\nb: \xc3(\n", "2:4: expected UTF-8"),
        (b"x" * (1024 * 1024 + 1), "1:1: larger than 1048576 bytes"),
        (b"[1, 2]\n", "1:1: expected keys with values below it"),
        (b"null\n", "1:1: expected keys with values below it"),
        (b"a: [\n", "2:1: not YAML: while parsing a flow node"),
    ],
)
def test_a_file_that_is_no_configuration_is_told(
    tmp_path: Path, registry: Registry, content: bytes, told: str
) -> None:
    """Whatever its bytes are."""
    path = tmp_path / "tillgraph.yaml"
    path.write_bytes(content)

    with pytest.raises(ConfigurationError) as caught:
        load(path, registry, {})

    assert str(caught.value).startswith(f"{path}:{told}")


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path, registry: Registry) -> None:
    """A folder, say."""
    with pytest.raises(ConfigurationError, match="cannot be read: Is a directory"):
        load(tmp_path, registry, dict(os.environ))


def test_a_byte_order_mark_is_passed_over(tmp_path: Path, registry: Registry) -> None:
    """Some editors put one there."""
    path = tmp_path / "tillgraph.yaml"
    path.write_bytes(b"\xef\xbb\xbfsources: {wms: {connector: warehouse}}\n")

    assert ["wms"] == list(load(path, registry, {}).sources)


def test_routes_arrive_in_order(loaded: Loaded) -> None:
    """As the engine wants them: an absent filter is None."""
    shares = [
        (entity, share.source, share.stores, share.channels)
        for entity, share in loaded().entities.shares()
    ]

    assert [
        ("customer", "pos", None, None),
        ("order", "pos", {"ginza", "umeda"}, {Channel.STORE}),
        ("order", "pos", None, None),
        ("stock", "wms", {"ginza"}, None),
        ("stock", "wms", None, None),
    ] == shares
