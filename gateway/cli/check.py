"""Checks the configuration, then asks every system for a sign of life."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import typer
from msgspec import to_builtins
from rich.console import Console
from rich.table import Table

from connectors.sdk.document.problem import ConfigurationError
from connectors.sdk.registry import Registry
from gateway.cli.configuration import next_step
from gateway.cli.output import Exit, answer_json, fail, note
from gateway.payments.reader_audit import ReaderDoubt
from gateway.settings.file import load
from gateway.settings.model import Settings
from gateway.wiring import ProbeResult, open_gateway

NEXT = {
    "SOURCE_UNAVAILABLE": "start it, or correct its address",
    "SOURCE_REJECTED": "correct its user, password or key",
    "SOURCE_RATE_LIMITED": "it asks for a pause; check again later",
    "SOURCE_SCHEMA_DRIFT": "what answers there is another system, or another version",
}


def check(path: Path, *, as_json: bool) -> None:
    """Print how every system does, and what is wrong with readers.

    Exit code 1: a system is dead; 2: the configuration is wrong.
    """
    registry = Registry.discover()
    try:
        settings = load(path, registry)
    except ConfigurationError as error:
        if as_json:
            answer_json(_wrong(error))
            raise typer.Exit(Exit.CONFIGURATION) from error
        fail(str(error), next_step=next_step(path), code=Exit.CONFIGURATION)
    found, doubts = asyncio.run(_probe(settings, registry))
    if as_json:
        sources = {name: to_builtins(result) for name, result in found.items()}
        readers = [to_builtins(it) for it in doubts]
        answer_json({"file": str(path), "problems": [], "sources": sources, "readers": readers})
    else:
        _table(path, found)
        for it in doubts:
            note(f"readers of {it.store}: {it.advice} ({it.code})")
    if not all(result.ok for result in found.values()):
        raise typer.Exit(Exit.FAILED)


async def _probe(
    settings: Settings, registry: Registry
) -> tuple[Mapping[str, ProbeResult], Sequence[ReaderDoubt]]:
    gateway = await open_gateway(settings, registry)
    try:
        return await gateway.probe(), await gateway.reader_doubts()
    finally:
        await gateway.aclose()


def _wrong(error: ConfigurationError) -> dict[str, object]:
    return {
        "file": str(error.path),
        "problems": [to_builtins(problem) for problem in error.problems],
        "sources": {},
        "readers": [],
    }


def _table(path: Path, found: Mapping[str, ProbeResult]) -> None:
    table = Table("source", "connector", "answer", "latency", "next step")
    table.columns[3].justify = "right"
    for name, result in found.items():
        state = "[green]alive[/]" if result.ok else f"[red]{result.code}[/]"
        step = "" if result.ok else NEXT.get(result.code or "", "see the gateway's log")
        table.add_row(name, result.connector, state, f"{result.latency_ms:.0f} ms", step)
    Console().print(table)
    dead = sum(not result.ok for result in found.values())
    tells = f"{dead} of {len(found)} systems do not answer" if dead else "every system answers"
    note(f"{path} is valid; {tells}")
