"""Applies the provider's messages again, and counts them."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import typer
from msgspec import to_builtins
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from connectors.sdk.registry import Registry
from gateway.cli.configuration import next_step, read
from gateway.cli.output import Exit, answer, answer_json, fail, note
from gateway.payments.event_log import EventCounts, EventQuery
from gateway.payments.event_replay import Replayed
from gateway.payments.service import PaymentService
from gateway.wiring import open_payments
from schema.domain.errors import NotFound

T = TypeVar("T")

_NAMED = 20  # messages that failed are told by name, up to these


def run_replay(path: Path, query: EventQuery, *, as_json: bool) -> None:
    """Apply messages again. Exit code 1: some could not be."""
    done = _with(path, lambda service: _replayed(service, query))
    if as_json:
        answer_json(to_builtins(done))
    else:
        answer(f"applied again: {done.events}; about {done.subjects} payments and other things")
    if done.failed:
        more = ", …" if len(done.failed) > _NAMED else ""
        fail(
            f"not applied: {len(done.failed)} ({', '.join(done.failed[:_NAMED])}{more})",
            next_step="See why in the lines above, then: tillgraph payments replay --unapplied",
        )


def run_counts(path: Path, query: EventQuery, *, as_json: bool) -> None:
    """Tell how many messages came, wait, and were refused."""
    counts = _with(path, lambda service: service.webhooks.counts(query.since))
    if as_json:
        answer_json(to_builtins(counts))
    else:
        answer(_told(counts))


async def _replayed(service: PaymentService, query: EventQuery) -> Replayed:
    total = await service.webhooks.count(query)
    bar = Progress(
        TextColumn("messages"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("messages", total=total)
        return await service.webhooks.replay(query, lambda count: bar.advance(task, count))


def _with(path: Path, work: Callable[[PaymentService], Awaitable[T]]) -> T:
    """Do something with the payments of a configuration, beside the gateway that serves them."""
    registry = Registry.discover()
    settings = read(path, registry)

    async def run() -> T:
        async with open_payments(settings, registry) as service:
            return await work(service)

    try:
        return asyncio.run(run())
    except NotFound:
        fail(
            "the configuration has no `payments`",
            next_step=next_step(path),
            code=Exit.CONFIGURATION,
        )
    except FileNotFoundError as error:
        fail(str(error), code=Exit.CONFIGURATION)
    except KeyboardInterrupt:
        note("interrupted: what was not applied can be applied again")
        raise typer.Exit(Exit.INTERRUPTED) from None


def _told(counts: EventCounts) -> str:
    lines = [f"{counts.kept} on record, {counts.bodies} of them with their bytes"]
    waits = f"{counts.waiting} not taken up"
    if counts.oldest_waiting_at:
        waits += f", the oldest since {counts.oldest_waiting_at.isoformat(timespec='seconds')}"
    lines.append(waits)
    lines += [f"{count} refused: {reason}" for reason, count in counts.refused.items()]
    return "\n".join(lines)
