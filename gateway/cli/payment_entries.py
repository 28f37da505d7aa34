"""Lists the entries that are left to a person, and records what a person has decided."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec import to_builtins
from rich.console import Console
from rich.table import Table

from connectors.sdk.registry import Registry
from gateway.cli.configuration import read
from gateway.cli.output import Exit, answer, answer_json, fail
from gateway.payments.outbox import OutboxEntry
from gateway.settings.model import Settings
from gateway.storage.engine import Database
from gateway.storage.journal import SqlJournal

_PART = 500


def run_entries(path: Path, again: Sequence[str], by_hand: Sequence[str], *, as_json: bool) -> None:
    """Decide, then list what is left. Exit code 1: there is no such entry."""
    settings = read(path, Registry.discover())
    try:
        left, unknown = asyncio.run(_decided(settings, again, by_hand))
    except FileNotFoundError as error:
        fail(str(error), code=Exit.CONFIGURATION)
    if as_json:
        answer_json([to_builtins(it) for it in left])
    else:
        _tell(left)
    if unknown:
        fail(f"no entry is left to a person under: {', '.join(unknown)}")


async def _decided(
    settings: Settings, again: Sequence[str], by_hand: Sequence[str]
) -> tuple[Sequence[OutboxEntry], Sequence[str]]:
    """What is left after the decisions, and the names that were none of an entry's."""
    database = await Database.open(settings.storage.url)
    try:
        journal, now = SqlJournal(database), datetime.now(UTC)
        unknown = [name for name in again if not await journal.send_again(name, now)]
        unknown += [name for name in by_hand if not await journal.entered_by_hand(name, now)]
        left: list[OutboxEntry] = []
        while part := await journal.left_entries(left[-1].reference if left else None, _PART):
            left += part
        return left, unknown
    finally:
        await database.aclose()


def _tell(left: Sequence[OutboxEntry]) -> None:
    if not left:
        answer("no entry is left to a person")
        return
    table = Table("entry", "order", "kind", "amount", "state", "why", "since")
    for it in left:
        told = it.entry
        table.add_row(
            it.reference,
            f"{it.order.name} {it.order.id}",
            told.kind.value,
            f"{told.amount.amount:f} {told.amount.currency}",
            it.state.value,
            it.last_error or "",
            f"{it.created_at:%Y-%m-%d %H:%MZ}",
        )
    Console().print(table)
