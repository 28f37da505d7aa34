"""The quality scale: what a connector keeps of it, and which tier it has reached.

A connector says so in the `quality.toml` beside its manifest. What can be seen is looked at: a rule
that is called done, and is seen not to be, counts as not done.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from connectors.sdk.registry import ConnectorType

FILE = "quality.toml"
RECORDINGS = "recordings"

_WORDS_MIN = 40  # a page that tells how to configure a connector and what it does has more
_TELLING = frozenset({"ChangeFeed", "EventSource", "TerminalDriver"})

Status = Literal["done", "todo", "exempt"]


class QualityError(Exception):
    """A `quality.toml` that cannot be used; the message names the key and what was expected."""


class Rule(BaseModel):
    """How a connector stands to one rule."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: Status = Field(description="Whether it is kept.")
    reason: str | None = Field(
        default=None, min_length=10, description="Why it does not apply, where it is exempt."
    )

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        if (self.status == "exempt") is (self.reason is None):
            raise ValueError("a reason stands beside exempt, and only there")
        return self


class _Tier(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Bronze(_Tier):
    """It works."""

    conformance: Rule = Field(description="The conformance kit passes.")
    docs: Rule = Field(description="A README tells how to configure it, and what it does.")
    health: Rule = Field(description="The probe tells a system that is up from one that is not.")


class Silver(_Tier):
    """It can be relied on."""

    budgets: Rule = Field(description="The manifest's limits are what the system bears.")
    recordings: Rule = Field(description="Its tests need no live system.")
    typed_errors: Rule = Field(description="Each failure is of the closed set of errors.")


class Gold(_Tier):
    """It keeps the graph current."""

    crosswalk_keys: Rule = Field(description="Its records bear the keys that other systems know.")
    events: Rule = Field(description="It tells what has changed, by a feed or by messages.")


class Platinum(_Tier):
    """It holds when nothing else does."""

    fault_suite: Rule = Field(description="The kit's faults each give the right error in time.")
    strict_typing: Rule = Field(description="A strict type checker has nothing to say.")


class Quality(_Tier):
    """All of `quality.toml`. Every rule has its line, so that none is forgotten."""

    bronze: Bronze
    silver: Silver
    gold: Gold
    platinum: Platinum


class RuleScore(Struct, frozen=True):
    """One rule as it counts. `doubt` tells why one that is called done counts as not done."""

    tier: str
    name: str
    meaning: str
    status: Status
    reason: str | None = None
    doubt: str | None = None

    @property
    def is_kept(self) -> bool:
        """Whether it holds, or does not apply."""
        return self.status != "todo"


class Score(Struct, frozen=True):
    """How far a connector has come. `tier` is None below bronze."""

    connector: str
    tier: str | None
    rules: tuple[RuleScore, ...]


def read_quality(folder: Path) -> Quality:
    """Read the `quality.toml` in a connector's folder.

    Raises:
        QualityError: It is missing, or a rule is missing, unknown or wrong.
    """
    where = f"{folder.name}/{FILE}"
    try:
        content = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
    except OSError as error:
        raise QualityError(f"{where}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise QualityError(f"{where}: {error}") from error
    try:
        return Quality.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        told = first["msg"].removeprefix("Value error, ")
        raise QualityError(f"{where}: {key}: {told}") from error


def score(kind: ConnectorType) -> Score:
    """Weigh what a connector says of itself against what can be seen.

    Raises:
        QualityError: As `read_quality`, or the connector lies in no folder.
    """
    if kind.home is None:
        raise QualityError(f"{kind.name} lies in no folder, so it has no {FILE}")
    quality, seen = read_quality(kind.home), _doubts(kind, kind.home)
    rules = tuple(
        _weighed(tier, name, getattr(getattr(quality, tier), name), field.description or "", seen)
        for tier, model in _tiers().items()
        for name, field in model.model_fields.items()
    )
    reached = None
    for tier in _tiers():
        if not all(rule.is_kept for rule in rules if rule.tier == tier):
            break
        reached = tier
    return Score(kind.name, reached, rules)


def _tiers() -> Mapping[str, type[BaseModel]]:
    """Each tier's model, lowest first."""
    models: dict[str, Any] = {name: it.annotation for name, it in Quality.model_fields.items()}
    return models


def _weighed(
    tier: str, name: str, rule: Rule, meaning: str, seen: Mapping[str, str | None]
) -> RuleScore:
    doubt = seen.get(name) if rule.status == "done" else None
    status: Status = "todo" if doubt else rule.status
    return RuleScore(tier, name, meaning, status, rule.reason, doubt)


def _doubts(kind: ConnectorType, home: Path) -> Mapping[str, str | None]:
    """What can be seen to speak against a rule's being done; None where nothing does."""
    return {
        "docs": _undocumented(kind, home),
        "budgets": None if "limits" in kind.manifest.model_fields_set else "no limits are declared",
        "recordings": None if any((home / RECORDINGS).glob("*")) else f"no {RECORDINGS} folder",
        "events": None if kind.ports & _TELLING else "it offers neither a feed nor messages",
        "strict_typing": None if _is_typed(home) else "no py.typed tells type checkers to look",
    }


def _undocumented(kind: ConnectorType, home: Path) -> str | None:
    try:
        page = (home / "README.md").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return "there is no README.md"
    if len(page.split()) < _WORDS_MIN:
        return f"README.md has fewer than {_WORDS_MIN} words"
    untold = [key for key in kind.config.model_fields if f"`{key}`" not in page]
    return f"README.md does not tell of {', '.join(untold)}" if untold else None


def _is_typed(home: Path) -> bool:
    """Whether the outermost package around a folder says that it is typed.

    A folder without Python has nothing to type.
    """
    if not any(home.glob("*.py")):
        return True
    package = home
    while (package.parent / "__init__.py").is_file():
        package = package.parent
    return (package / "py.typed").is_file()
