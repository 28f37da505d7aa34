"""What holds of writes: one effect for each key, exact winners, and no guess after a fault."""

import asyncio
from functools import partial
from typing import Any

from connectors.sdk.testing.bench import CALL_S, GRACE_S, Bench
from connectors.sdk.testing.fact import NotApplicableError, require
from connectors.sdk.testing.fault_proxy import Turn
from connectors.sdk.testing.faults import MAY_HAVE_HAPPENED, Fault
from connectors.sdk.testing.http_message import HttpAnswer
from connectors.sdk.testing.suite import WriteSample
from connectors.sdk.testing.values import told
from connectors.sdk.testing.wire_fields import fields, with_field_changed, with_field_gone
from schema.domain.errors import Conflict, SourceError

_LOSERS = 4


async def same_key_is_one_effect(bench: Bench, name: str) -> None:
    """The same idempotency key, twice and at once, has one effect and the same answer."""
    if name not in bench.kind.manifest.idempotent_writes:
        raise NotApplicableError(f"the manifest does not say that {name} is idempotent")
    sample = bench.write_sample(name)
    connector = bench.connector()
    arguments = await sample.arguments(connector, "once")
    before = _effects(sample)

    first = await _written(bench, connector, name, arguments, "once")
    again = await _written(bench, connector, name, arguments, "once")
    at_once = await asyncio.gather(
        *(_written(bench, connector, name, arguments, "once") for _ in range(3))
    )

    same = all(told(it) == told(first) for it in (again, *at_once))
    require(same, "the same key has another answer")
    if sample.effects is not None:
        require(_effects(sample) == before + 1, "the same key has not exactly one effect")


async def racers_win_exactly_what_there_is(bench: Bench, name: str) -> None:
    """Of many who want the last units at once, exactly as many win as there are units."""
    sample = bench.write_sample(name)
    if sample.units is None:
        raise NotApplicableError(f"no sample tells how often {name} can succeed")
    connector = bench.connector()

    async def race(word: str) -> Any:
        arguments = await sample.arguments(connector, word)
        ctx = bench.context(key=word)
        return await bench.outcome(lambda: getattr(connector, name)(ctx, *arguments))

    racers = [race(f"racer-{number}") for number in range(sample.units + _LOSERS)]
    ended = await asyncio.gather(*racers)

    won = [it for it in ended if it.error is None]
    require(len(won) == sample.units, "another number of racers win than there are units")
    lost = [it.error for it in ended if it.error is not None]
    require(all(isinstance(it, Conflict) for it in lost), "who comes too late has no Conflict")


async def write_fails_rightly(bench: Bench, name: str, fault: Fault) -> None:
    """A write that may have happened is OutcomeUnknown; one that cannot have is not."""
    sample = bench.write_sample(name)
    connector = bench.connector()
    arguments = await sample.arguments(connector, f"fault-{fault.name}")
    seconds = bench.patience_s if fault.stalls else CALL_S
    ctx_key = f"fault-{fault.name}"
    async with bench.injected(fault):
        ended = await bench.outcome(
            lambda: getattr(connector, name)(bench.context(seconds, ctx_key), *arguments), seconds
        )
    _require_error(ended.error, fault.writes)
    require(ended.seconds <= seconds + GRACE_S, "the deadline is passed")


async def unread_answer_is_unknown(bench: Bench, name: str) -> None:
    """A write whose answer has fields of another type, or none at all, is OutcomeUnknown."""
    proxy = bench.needed_proxy()
    sample = bench.write_sample(name)
    connector = bench.connector()
    for word, change in (("changed", with_field_changed), ("gone", with_field_gone)):
        arguments = await sample.arguments(connector, word)

        async def conduct(turn: Turn, change: Any = change) -> None:
            answer = await turn.ask()
            body = answer.body
            for path in sorted(fields(body), key=len, reverse=True):
                body = change(body, path)
            turn.writer.write(HttpAnswer(answer.status, answer.headers, body).wire)
            await turn.writer.drain()

        usual, proxy.conduct = proxy.conduct, conduct
        ctx = bench.context(key=word)
        ended = await bench.outcome(partial(getattr(connector, name), ctx, *arguments))
        proxy.conduct = usual
        _require_error(ended.error, MAY_HAVE_HAPPENED)


async def _written(
    bench: Bench, connector: Any, name: str, arguments: tuple[Any, ...], key: str
) -> Any:
    return await bench.answer(lambda: getattr(connector, name)(bench.context(key=key), *arguments))


def _effects(sample: WriteSample) -> int:
    return sample.effects() if sample.effects is not None else 0


def _require_error(error: SourceError | None, kinds: tuple[type[SourceError], ...]) -> None:
    names = " or ".join(it.__name__ for it in kinds)
    got = "success" if error is None else type(error).__name__
    require(isinstance(error, kinds), f"{got} instead of {names}")


FACTS = (same_key_is_one_effect, racers_win_exactly_what_there_is, unread_answer_is_unknown)
