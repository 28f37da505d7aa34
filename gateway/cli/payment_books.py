"""Compares the payment provider's books with the journal now, and tells what was found."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import typer
from msgspec import Struct, to_builtins
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from connectors.sdk.registry import Registry
from gateway.cli.configuration import next_step, read
from gateway.cli.output import Exit, answer, answer_json, fail, note
from gateway.payments.reconcile.finding import FindingQuery, Run, SeenFinding
from gateway.payments.reconcile.reconciler import BusyError
from gateway.settings.model import Settings
from gateway.wiring import open_books
from schema.domain.errors import NotFound, SourceError
from schema.domain.reconciliation import FindingSeverity

_SHOWN = 100  # findings that the table holds; --json tells them all
_COLORS = {
    FindingSeverity.ERROR: "red",
    FindingSeverity.WARNING: "yellow",
    FindingSeverity.INFO: "dim",
}


class Reconciled(Struct, frozen=True):
    """What a comparison has come to; `run` is None where the provider's books cannot be read."""

    run: Run | None
    findings: Sequence[SeenFinding]


def run_reconcile(path: Path, since: datetime | None, *, as_json: bool) -> None:
    """Compare now. Exit code 1: money may be wrong, or the books could not be read."""
    done = _reconciled(path, since)
    if as_json:
        answer_json(to_builtins(done))
    else:
        _tell(done)
    grave = sum(it.finding.severity is FindingSeverity.ERROR for it in done.findings)
    if grave:
        note(f"tillgraph: {grave} of {len(done.findings)} findings are errors")
        raise typer.Exit(Exit.FAILED)


def _reconciled(path: Path, since: datetime | None) -> Reconciled:
    registry = Registry.discover()
    settings = read(path, registry)
    try:
        return asyncio.run(_compared(settings, registry, since))
    except NotFound:
        fail(
            "the configuration has no `payments`",
            next_step=next_step(path),
            code=Exit.CONFIGURATION,
        )
    except FileNotFoundError as error:
        fail(str(error), code=Exit.CONFIGURATION)
    except BusyError:
        fail(
            "another process is comparing the books",
            next_step="Wait until it is through; if it has died, five minutes at most.",
        )
    except SourceError as error:
        fail(
            f"the provider's books could not be read to their end ({error.code})",
            next_step=f"See how it does: tillgraph check --config {path}",
        )
    except KeyboardInterrupt:
        note("interrupted: nothing was recorded of what was compared")
        raise typer.Exit(Exit.INTERRUPTED) from None


async def _compared(settings: Settings, registry: Registry, since: datetime | None) -> Reconciled:
    async with open_books(settings, registry) as books:
        with _bar() as bar:
            task = bar.add_task("reading the provider's books")

            async def told(now: Run) -> None:
                count = f"{now.intents} payments, {now.refunds} refunds compared"
                bar.update(task, description=count)

            run = await books.reconciler.compare(since, told)
            if run is None:
                await books.reconciler.sweep()
        return Reconciled(run, await books.reconciler.open_findings(FindingQuery()))


def _bar() -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def _tell(done: Reconciled) -> None:
    if done.run is None:
        note("the provider's books cannot be read through its connector")
    else:
        run = done.run
        answer(
            f"compared since {run.since:%Y-%m-%dT%H:%MZ}: {run.intents} payments,"
            f" {run.refunds} refunds; {run.adopted} taken in, {run.unreadable} unreadable"
        )
    if not done.findings:
        answer("nothing was found")
        return
    table = Table("severity", "finding", "about", "amount", "since", "what it is")
    for seen in done.findings[:_SHOWN]:
        found = seen.finding
        amount = f"{found.amount.amount:f} {found.amount.currency}" if found.amount else ""
        color = _COLORS[found.severity]
        table.add_row(
            f"[{color}]{found.severity.value}[/]",
            found.kind.value,
            found.refund or found.payment or found.provider_reference or found.subject,
            amount,
            f"{seen.first_seen_at:%Y-%m-%d %H:%MZ}",
            found.message,
        )
    Console().print(table)
    if len(done.findings) > _SHOWN:
        answer(f"and {len(done.findings) - _SHOWN} more: see --json")
