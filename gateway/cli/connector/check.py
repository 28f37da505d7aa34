"""Checks a connector without asking its system."""

import typer
from msgspec import to_builtins

from connectors.sdk.document.problem import ConfigurationError, Problem
from connectors.sdk.manifest import ManifestError
from connectors.sdk.quality import QualityError, score
from connectors.sdk.registry import ConnectorType
from gateway.cli.connector.survey import near_misses
from gateway.cli.connector.target import located
from gateway.cli.output import Exit, answer, answer_json, fail, note


def check(target: str, *, as_json: bool) -> None:
    """Print what is wrong with a connector, or what it offers. Exit code 2: something is wrong."""
    problems: list[Problem] = []
    lines: list[str] = []
    kind = None
    try:
        kind = located(target)
    except ConfigurationError as error:
        problems, lines = list(error.problems), list(error.lines)
    except (LookupError, ManifestError, TypeError) as error:
        lines = [f"{target}: {error.args[0]}"]
    if kind is not None:
        lines = [f"{target}: {told}" for told in _weaknesses(kind)]
    if as_json:
        answer_json(
            {
                "target": target,
                "connector": kind and kind.name,
                "ports": sorted(kind.ports) if kind else [],
                "problems": to_builtins(problems) or [{"message": line} for line in lines],
            }
        )
        if lines:
            raise typer.Exit(Exit.CONFIGURATION)
        return
    if lines or kind is None:
        step = f"Correct it, then try: tillgraph connector check {target}"
        fail("\n".join(lines), next_step=step, code=Exit.CONFIGURATION)
    answer(f"{kind.name} {kind.manifest.version} offers {', '.join(sorted(kind.ports))}")
    note(f"next: tillgraph connector conform {target}")


def _weaknesses(kind: ConnectorType) -> list[str]:
    """What is wrong with a connector that can be loaded."""
    told = list(near_misses(kind))
    if not kind.ports:
        told.append("it offers no port; `tillgraph connector new` makes one that does")
    if kind.home and (kind.home / "quality.toml").is_file():
        try:
            told += [f"quality.toml: {it.name}: {it.doubt}" for it in score(kind).rules if it.doubt]
        except QualityError as error:
            told.append(str(error))
    return told
