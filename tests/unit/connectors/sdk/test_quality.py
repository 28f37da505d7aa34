"""The quality scale: what counts, and what is seen not to be so."""

from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel

from connectors.sdk.manifest import Limits, Manifest
from connectors.sdk.quality import QualityError, read_quality, score
from connectors.sdk.registry import ConnectorType, Registry

TIERS = {
    "bronze": ("conformance", "docs", "health"),
    "silver": ("budgets", "recordings", "typed_errors"),
    "gold": ("crosswalk_keys", "events"),
    "platinum": ("fault_suite", "strict_typing"),
}
README = "`address` is where it is. " + "Words that tell what it does. " * 8


class ShelfConfig(BaseModel):
    """One key, which a README must tell of."""

    address: str


class Shelf:
    """A connector of these tests."""

    Config: ClassVar[type[BaseModel]] = ShelfConfig


class Home:
    """A connector's folder in which everything is done, until a test takes something away."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rules: dict[str, str] = {}
        self.ports = frozenset({"StockReader", "ChangeFeed"})
        self.limits: dict[str, Any] = {"limits": Limits(batch_max=7)}
        (folder / "README.md").write_text(README)
        (folder / "client.py").write_text("")
        (folder / "py.typed").write_text("")
        (folder / "recordings").mkdir()
        (folder / "recordings" / "stock.jsonl").write_text("{}")

    def kind(self) -> ConnectorType:
        """The connector, with its rules written down."""
        lines = []
        for tier, names in TIERS.items():
            lines.append(f"[{tier}]")
            lines += [f"{name} = {self.rules.get(name, DONE)}" for name in names]
        (self.folder / "quality.toml").write_text("\n".join(lines))
        manifest = Manifest(id="shelf", version="1.0.0", title="Shelf", **self.limits)
        made: Any = Shelf
        return ConnectorType("shelf", made, ShelfConfig, manifest, self.ports, self.folder)


DONE = '{ status = "done" }'
TODO = '{ status = "todo" }'
EXEMPT = '{ status = "exempt", reason = "there is nothing to tell" }'


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A folder of a connector that has reached the highest tier."""
    return Home(tmp_path)


def test_all_rules_kept_is_the_highest_tier(home: Home) -> None:
    """And every rule says what it asks."""
    found = score(home.kind())

    assert "platinum" == found.tier
    assert [(tier, name) for tier, names in TIERS.items() for name in names] == [
        (rule.tier, rule.name) for rule in found.rules
    ]
    assert all(rule.meaning for rule in found.rules)


@pytest.mark.parametrize(
    ("rule", "tier"),
    [
        ("health", None),
        ("typed_errors", "bronze"),
        ("crosswalk_keys", "silver"),
        ("fault_suite", "gold"),
    ],
)
def test_a_tier_is_reached_with_all_below_it(home: Home, rule: str, tier: str | None) -> None:
    """One rule that is left open holds back its tier and those above."""
    home.rules[rule] = TODO

    assert tier == score(home.kind()).tier


def test_a_rule_that_does_not_apply_holds_nothing_back(home: Home) -> None:
    """Its reason is kept."""
    home.rules["health"] = EXEMPT
    found = score(home.kind())

    assert "platinum" == found.tier
    assert ["there is nothing to tell"] == [it.reason for it in found.rules if it.name == "health"]


def _without(name: str) -> Any:
    return lambda home: (home.folder / name).unlink()


@pytest.mark.parametrize(
    ("change", "rule", "doubt"),
    [
        (_without("README.md"), "docs", "there is no README.md"),
        (
            lambda home: (home.folder / "README.md").write_text("`address`"),
            "docs",
            "README.md has fewer than 40 words",
        ),
        (
            lambda home: (home.folder / "README.md").write_text("word " * 60),
            "docs",
            "README.md does not tell of address",
        ),
        (_without("recordings/stock.jsonl"), "recordings", "no recordings folder"),
        (
            lambda home: setattr(home, "ports", frozenset({"StockReader"})),
            "events",
            "it offers neither a feed nor messages",
        ),
        (lambda home: home.limits.clear(), "budgets", "no limits are declared"),
        (_without("py.typed"), "strict_typing", "no py.typed tells type checkers to look"),
    ],
)
def test_what_can_be_seen_is_looked_at(home: Home, change: Any, rule: str, doubt: str) -> None:
    """A rule that is called done and is not counts as not done, and says why."""
    change(home)
    found = {it.name: it for it in score(home.kind()).rules}

    assert ("todo", doubt) == (found[rule].status, found[rule].doubt)
    assert [rule] == [name for name, it in found.items() if it.doubt]


def test_what_is_not_called_done_is_not_doubted(home: Home) -> None:
    """Whoever says that something is missing is believed."""
    home.rules["docs"] = TODO
    (home.folder / "README.md").unlink()

    assert [] == [it.doubt for it in score(home.kind()).rules if it.doubt]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("= 1", "/quality.toml: "),
        ("", "/quality.toml: bronze: Field required"),
        ("[bronze]\nhelth = 1", "/quality.toml: bronze.conformance: Field required"),
        (
            '[bronze]\nconformance = { status = "exempt" }',
            "/quality.toml: bronze.conformance: a reason stands beside exempt, and only there",
        ),
        (
            '[bronze]\nconformance = { status = "done", reason = "because it is" }',
            "/quality.toml: bronze.conformance: a reason stands beside exempt, and only there",
        ),
        (
            '[bronze]\nconformance = { status = "almost" }',
            "/quality.toml: bronze.conformance.status: Input should be 'done', 'todo' or 'exempt'",
        ),
    ],
)
def test_a_mistake_is_told_with_its_key(tmp_path: Path, content: str, told: str) -> None:
    """Whoever writes the file sees where to look."""
    (tmp_path / "quality.toml").write_text(content)
    with pytest.raises(QualityError) as error:
        read_quality(tmp_path)

    assert told in str(error.value)


def test_without_a_file_nothing_is_said(tmp_path: Path) -> None:
    """No file is an error, and not the lowest tier."""
    with pytest.raises(QualityError, match="cannot be read: No such file"):
        read_quality(tmp_path)


def test_our_own_connectors_claim_nothing_that_is_seen_not_to_be() -> None:
    """Their files are read, and each claim that can be looked at holds."""
    ours = [
        kind
        for kind in Registry.discover().working.values()
        if "connectors." in kind.cls.__module__
    ]

    assert ours
    assert [] == [
        (kind.name, it.name, it.doubt) for kind in ours for it in score(kind).rules if it.doubt
    ]
