"""What each fault of the system becomes, when it is read from."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from connectors.sdk.testing.bench import CALL_S, GRACE_S, Bench, Outcome
from connectors.sdk.testing.fact import NotApplicableError, require
from connectors.sdk.testing.fault_proxy import Turn
from connectors.sdk.testing.faults import UNKNOWN_FORM, Fault, Kinds
from connectors.sdk.testing.http_message import HttpAnswer
from connectors.sdk.testing.suites.ask import PROBE, Ask, ask_of, prepared
from connectors.sdk.testing.values import is_less, told
from connectors.sdk.testing.wire_fields import (
    Change,
    Path,
    fields,
    with_field_changed,
    with_field_gone,
)
from schema.domain.errors import SourceError


async def fails_rightly(bench: Bench, name: str, fault: Fault) -> None:
    """The fault becomes the error that tells the caller what to do next, and in time."""
    ask = ask_of(bench, name)
    connector = await prepared(bench, ask)
    seconds = bench.patience_s if fault.stalls else CALL_S
    async with bench.injected(fault):
        ended = await bench.outcome(lambda: ask.call(connector, bench.context(seconds)), seconds)
    errors = _errors(ask, ended)
    _require_kinds(errors, fault.reads)
    require(ended.seconds <= seconds + GRACE_S, "the deadline is passed")
    if fault.retry_after_s is not None:
        asked = all(error.retry_after_s == fault.retry_after_s for error in errors)
        require(asked, "the pause that the system asks for is not told")


async def drifts_on_a_changed_field(bench: Bench, name: str) -> None:
    """A field of another type is SchemaDrift wherever it is read; no record is made of it."""
    await _drifts(bench, name, with_field_changed, may_be_less=False)


async def drifts_on_a_missing_field(bench: Bench, name: str) -> None:
    """A field that is gone is SchemaDrift, or leaves its own value out; it changes no other."""
    await _drifts(bench, name, with_field_gone, may_be_less=True)


async def _drifts(bench: Bench, name: str, change: Change, *, may_be_less: bool) -> None:
    proxy = bench.needed_proxy()
    ask = ask_of(bench, name)
    connector = await prepared(bench, ask)
    loose = frozenset[str]() if name == PROBE else bench.read_sample(name).loose
    proxy.forget()
    healthy = told(await bench.answer(lambda: ask.call(connector, bench.context())))
    bodies = [it.answer.body for it in proxy.exchanges]
    paths = [
        path
        for path in dict.fromkeys(path for body in bodies for path in fields(body))
        if path[-1] not in loose and any(change(body, path) != body for body in bodies)
    ]
    if not paths:
        raise NotApplicableError("the answer has no field whose form could change")
    drifted = False
    for path in paths:
        proxy.conduct = _changing(path, change)
        fresh = await _again(bench, ask, connector)
        ended = await bench.outcome(partial(ask.call, fresh, bench.context()))
        verdicts = _verdicts(ended, healthy, may_be_less=may_be_less)
        drifted = drifted or "drift" in verdicts
        wrong = verdicts - {"drift", "same"}
        require(not wrong, f"{'.'.join(path)}: {', '.join(sorted(wrong))}")
    require(drifted or name == PROBE, "no field of the answer is read by its form")


def _verdicts(ended: Outcome, healthy: object, *, may_be_less: bool) -> set[str]:
    """How the answer, or each key of it, stands beside the one of a system that is well."""
    if ended.error is not None:
        return {_verdict(ended.error, healthy, may_be_less=may_be_less)}
    if not (isinstance(healthy, dict) and isinstance(ended.answer, Mapping)):
        return {_verdict(ended.answer, healthy, may_be_less=may_be_less)}
    verdicts = {
        _verdict(ended.answer[key], value, may_be_less=may_be_less)
        if key in ended.answer
        else "a known key is told to be unknown"
        for key, value in healthy.items()
    }
    return verdicts | {"an unknown key is answered" for key in ended.answer if key not in healthy}


def _verdict(now: object, before: object, *, may_be_less: bool) -> str:
    if isinstance(now, UNKNOWN_FORM):
        return "drift"
    if isinstance(now, SourceError):
        return f"{type(now).__name__} instead of SchemaDrift"
    seen = told(now)
    if seen == before or (may_be_less and is_less(seen, before)):
        return "same"
    return "another record is made of it"


async def _again(bench: Bench, ask: Ask, connector: Any) -> Any:
    """The same connector, or a new one where its first call is what is tried."""
    return bench.connector() if ask.name == PROBE else connector


def _changing(path: Path, change: Change) -> Any:
    async def conduct(turn: Turn) -> None:
        answer = await turn.ask()
        body = change(answer.body, path)
        turn.writer.write(HttpAnswer(answer.status, answer.headers, body).wire)
        await turn.writer.drain()

    return conduct


def _errors(ask: Ask, ended: Outcome) -> list[SourceError]:
    """The error of the call, or that of each of its keys.

    Raises:
        UnprovedError: Something was answered instead.
    """
    if ended.error is not None:
        return [ended.error]
    require(ask.keys, "the call succeeds")
    found = []
    for number, key in enumerate(ask.keys):
        require(key in ended.answer, f"known key {number} is told to be unknown")
        error = ended.answer[key]
        require(isinstance(error, SourceError), f"key {number} has a record")
        found.append(error)
    return found


def _require_kinds(errors: list[SourceError], kinds: Kinds) -> None:
    names = " or ".join(it.__name__ for it in kinds)
    for error in errors:
        require(isinstance(error, kinds), f"{type(error).__name__} instead of {names}")
