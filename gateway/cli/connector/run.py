"""Asks a connector one thing, and shows what went over the wire and what was made of it."""

import asyncio
import json
import time
import uuid
from collections.abc import Mapping
from typing import Any

import msgspec
import typer
from rich.console import Console

from connectors.sdk.context import CallContext
from connectors.sdk.source import SourceContext
from gateway.cli.connector.given import Given
from gateway.cli.connector.question import Question, method_of, put
from gateway.cli.connector.trace import Exchange, Trace, TracedClients
from gateway.cli.folded import folded
from gateway.cli.output import Exit, answer, answer_json, fail
from schema.domain.errors import SourceError
from schema.domain.scope import Actor


def run(given: Given, port: str, method: str | None, question: Question, *, as_json: bool) -> None:
    """Print exchanges and records. Exit code 1: the system failed; 2: the question is wrong."""
    try:
        asked = msgspec.structs.replace(question, method=method_of(given.kind, port, method))
        trace = Trace(given.config)
        result = asyncio.run(_ask(given, asked, trace))
    except (LookupError, ValueError) as error:
        fail(str(error.args[0]), code=Exit.CONFIGURATION)
    if as_json:
        exchanges = msgspec.to_builtins(trace.exchanges)
        answer_json({"method": asked.method, "exchanges": exchanges, **result})
    else:
        _show(trace.exchanges, result)
    if result["error"] is not None:
        raise typer.Exit(Exit.FAILED)


async def _ask(given: Given, question: Question, trace: Trace) -> dict[str, Any]:
    context = SourceContext(given.source, given.limits, TracedClients(trace))
    connector = given.kind.cls(given.config, context)
    deadline = time.monotonic() + given.limits.timeout_s
    ctx = CallContext(deadline, Actor("connector run", "system"), uuid.uuid4().hex, "check")
    try:
        with trace.statements():
            found = await put(connector, ctx, question, source=given.source)
    except SourceError as error:
        return {"answer": None, "error": _told(error)}
    finally:
        await connector.aclose()
    return {"answer": _plain(found), "error": None}


def _plain(value: object) -> Any:
    """An answer in JSON's terms; a mapping becomes a list of keys and what each stands for."""
    if isinstance(value, SourceError):
        return {"error": _told(value)}
    if isinstance(value, Mapping):
        return [{"key": _plain(key), "value": _plain(it)} for key, it in value.items()]
    if isinstance(value, list | tuple):
        return [_plain(it) for it in value]
    return msgspec.to_builtins(value)


def _told(error: SourceError) -> dict[str, str]:
    return {"code": error.code, "kind": type(error).__name__, "message": str(error)}


def _show(exchanges: list[Exchange], result: dict[str, Any]) -> None:
    console = Console(highlight=False, markup=False, soft_wrap=True)
    for it in exchanges:
        console.print(f"> {it.request}", style="cyan")
        if it.body:
            console.print(f"  {it.body}")
        if it.status is not None:
            console.print(f"< {it.status} in {it.duration_ms:g} ms", style="cyan")
            console.print(f"  {_folded(it.answer or '')}")
    answer(folded(result["error"] or result["answer"]))


def _folded(text: str) -> str:
    """JSON in lines that people read; anything else as it is."""
    try:
        return folded(json.loads(text)).replace("\n", "\n  ")
    except ValueError:
        return text
