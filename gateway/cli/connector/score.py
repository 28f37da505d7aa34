"""Shows how far connectors have come on the quality scale."""

import typer
from msgspec import to_builtins
from rich.console import Console
from rich.table import Table

from connectors.sdk.quality import QualityError, Score, score
from connectors.sdk.registry import ConnectorType, Registry
from gateway.cli.connector.target import found
from gateway.cli.output import Exit, answer_json, note

_MARKS = {"done": "[green]done[/]", "todo": "[yellow]todo[/]", "exempt": "[dim]exempt[/]"}


def show(target: str | None, *, as_json: bool) -> None:
    """Print one connector's rules, or every one's tier.

    Exit code 1: a rule is called done and is not; 2: a `quality.toml` cannot be used.
    """
    kinds = [found(target)] if target else list(Registry.discover().working.values())
    scores, wrong = _scores(kinds)
    if as_json:
        answer_json({"connectors": to_builtins(scores), "problems": wrong})
    elif target and scores:
        _one(scores[0])
    else:
        _all(scores)
    for line in wrong:
        note(f"tillgraph: {line}")
    if wrong:
        raise typer.Exit(Exit.CONFIGURATION)
    if any(rule.doubt for it in scores for rule in it.rules):
        raise typer.Exit(Exit.FAILED)


def _scores(kinds: list[ConnectorType]) -> tuple[list[Score], list[str]]:
    scores, wrong = [], []
    for kind in kinds:
        try:
            scores.append(score(kind))
        except QualityError as error:
            wrong.append(str(error))
    return scores, wrong


def _one(it: Score) -> None:
    table = Table("tier", "rule", "status", "what it asks", "why")
    for rule in it.rules:
        why = f"[red]{rule.doubt}[/]" if rule.doubt else rule.reason or ""
        table.add_row(rule.tier, rule.name, _MARKS[rule.status], rule.meaning, why)
    Console().print(table)
    note(f"{it.connector}: {it.tier or 'below bronze'}")


def _all(scores: list[Score]) -> None:
    table = Table("connector", "tier", "done", "exempt", "todo")
    for it in scores:
        counts = [sum(rule.status == status for rule in it.rules) for status in _MARKS]
        done, todo, exempt = map(str, counts)
        open_rules = ", ".join(rule.name for rule in it.rules if not rule.is_kept)
        table.add_row(it.connector, it.tier or "-", done, exempt, open_rules or todo)
    Console().print(table)
