"""Shows the gateway over a sample retailer."""

import asyncio
import json
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from msgspec import to_builtins
from rich.console import Console
from rich.status import Status

from gateway.cli.output import Exit, answer, answer_json, fail, note
from gateway.demo.child import ChildEndedError
from gateway.demo.client import GatewayClient, NoAnswerError
from gateway.demo.show import Demo, PortTakenError, demo
from gateway.demo.state import DemoState, fresh_folder
from gateway.demo.tour import SAMPLE, TourError, joined, paid

_ERRORS = (ChildEndedError, NoAnswerError, PortTakenError, TourError)


def run(
    *, once: bool, as_json: bool, port: int | None, work: Path | None, tap_after_s: float
) -> None:
    """Start everything; `once` ends after both answers, else SIGINT or SIGTERM ends it."""
    folder = (work or fresh_folder()).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        asyncio.run(_run(folder, once=once, as_json=as_json, port=port, tap_after_s=tap_after_s))
    except* _ERRORS as group:
        told = "\n".join(str(error) for error in _leaves(group))
        fail(told, next_step=f"The logs are in {folder}")
    except* asyncio.CancelledError:
        raise typer.Exit(Exit.INTERRUPTED) from None
    if work is None:
        shutil.rmtree(folder, ignore_errors=True)


async def _run(
    folder: Path, *, once: bool, as_json: bool, port: int | None, tap_after_s: float
) -> None:
    # A start that is called off ends what it has started, as Ctrl-C does by itself.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, _task().cancel)
    console = Console(stderr=True)
    with _progress(console) as told:
        show = demo(folder, port=port, tap_after_s=tap_after_s, told=told)
        running = await show.__aenter__()
    try:
        if as_json:
            answer(json.dumps(_ready(running.state), ensure_ascii=False))
        async with GatewayClient(running.base) as client:
            if once or not as_json:
                await _tour(client, as_json=as_json)
        if not once:
            if not as_json:
                _invite(running, folder)
            await running.until_told_to_end()
    finally:
        await show.__aexit__(None, None, None)


def _task() -> asyncio.Task[Any]:
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("no task is running")
    return task


async def _tour(client: GatewayClient, *, as_json: bool) -> None:
    """Print the joined answer and the captured payment."""
    answers: dict[str, Any] = {"query": await joined(client), "payment": await paid(client)}
    if as_json:
        answer_json(answers, pretty=False)
        return
    note("\nThe newest orders of every channel, out of POS, OMS, CRM, WMS and the nightly file:")
    note(SAMPLE)
    answer_json(answers["query"])
    note('\nAnd a card payment on the reader "Front counter" in ginza:')
    answer_json(answers["payment"])


def _invite(running: Demo, folder: Path) -> None:
    note(
        f"""
  Playground   {running.state.graphql}
  Websocket    {running.state.websocket}
  Files, logs  {folder}

  Kill a system and ask again:  .venv/bin/tillgraph estate dead pos
  See how all of them do:       .venv/bin/tillgraph estate status
  Ctrl-C ends everything."""
    )


def _ready(state: DemoState) -> dict[str, Any]:
    return {
        "graphql": state.graphql,
        "websocket": state.websocket,
        "systems": to_builtins(state.systems),
    }


@contextmanager
def _progress(console: Console) -> Iterator[Any]:
    """Tell how far the start is: a moving line at a terminal, a line each elsewhere."""
    if not console.is_terminal:
        yield note
        return
    with Status("Starting the sample retailer", console=console) as status:

        def told(text: str) -> None:
            console.print(f"  {text}", style="dim")
            status.update("Starting the sample retailer")

        yield told


def _leaves(group: BaseException) -> Iterator[BaseException]:
    if isinstance(group, BaseExceptionGroup):
        for error in group.exceptions:
            yield from _leaves(error)
    else:
        yield group
