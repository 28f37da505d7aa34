"""Tries a connector fact by fact: on a live system, without writing there, or on a recording."""

import asyncio
from pathlib import Path
from typing import Any

import typer
from msgspec import to_builtins
from rich.console import Console

from connectors.sdk.document.content import read
from connectors.sdk.document.problem import ConfigurationError
from connectors.sdk.document.text import text_of
from connectors.sdk.testing import Samples, SuiteConfig
from connectors.sdk.testing.conform import Finding, Report, Standing, live, run
from connectors.sdk.testing.recording import replay
from gateway.cli.connector.given import Given
from gateway.cli.output import Exit, answer_json, fail, note

ADDRESS = "base_url"
_COLOURS = {
    Standing.PROVED: "green",
    Standing.FAILED: "red",
    Standing.NOT_APPLICABLE: "yellow",
}


def conform(given: Given, suite: SuiteConfig, *, as_json: bool) -> None:
    """Print how each fact turns out. Exit code 1: one has failed, or none could be proved."""
    report = asyncio.run(run(given.kind, suite, progress=_nothing if as_json else _show))
    if as_json:
        answer_json({**to_builtins(report), "is_conforming": report.is_conforming})
    else:
        _sum(report)
    if not report.is_conforming:
        raise typer.Exit(Exit.FAILED)


def live_suite(given: Given, samples: Path | None, address: str | None) -> SuiteConfig:
    """The suite for a system that runs; where something is wrong, the command ends."""
    return live(_content(given), _samples(samples), address=_address(given, address))


def recorded_suite(given: Given, recording: Path, address: str | None) -> SuiteConfig:
    """The suite for a recording of a system that is reached by HTTP."""
    if not recording.is_file():
        fail(f"there is no file {recording}", code=Exit.CONFIGURATION)
    return replay(recording, _content(given), address=_address(given, address) or ADDRESS)


def _content(given: Given) -> dict[str, Any]:
    return given.config.model_dump(by_alias=True)


def _address(given: Given, wanted: str | None) -> str | None:
    """The key of the configuration that holds the system's HTTP address, if any does."""
    keys = given.kind.config.model_fields
    if wanted is None:
        return ADDRESS if ADDRESS in keys else None
    if wanted not in keys:
        fail(f"{given.kind.name} has no key {wanted!r}", code=Exit.CONFIGURATION)
    return wanted


def _samples(path: Path | None) -> Samples:
    """What can be asked of the system, by method: YAML with known and unknown keys."""
    if path is None:
        return Samples()
    try:
        document = read(text_of(path), lambda text: (text, None))
    except ConfigurationError as error:
        fail(str(error), code=Exit.CONFIGURATION)
    if document.problems:
        fail(str(ConfigurationError(path, document.problems)), code=Exit.CONFIGURATION)
    content: Any = document.content
    try:
        return Samples.load(content)
    except ValueError as error:
        fail(f"{path}: {error}", code=Exit.CONFIGURATION)


def _nothing(_: Finding) -> None:
    """Say nothing until the end."""


def _show(finding: Finding) -> None:
    console = Console(soft_wrap=True, highlight=False)
    state = finding.standing.value.lower().replace("_", " ")
    console.print(f"[{_COLOURS[finding.standing]}]{state:>14}[/]  {finding.fact}")
    if finding.reason:
        console.print(f"{'':>16}{finding.reason}", markup=False)


def _sum(report: Report) -> None:
    counts = (f"{report.count(it)} {it.value.lower().replace('_', ' ')}" for it in Standing)
    note(f"{report.connector} {report.version}: {', '.join(counts)}")
