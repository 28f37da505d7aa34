"""Records what a live system answers, so that the kit's read tests need it no more."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from connectors.sdk.registry import ConnectorType
from connectors.sdk.testing.bench import Bench, bench
from connectors.sdk.testing.fact import NotApplicableError
from connectors.sdk.testing.facts import facts
from connectors.sdk.testing.fault_proxy import Exchange
from connectors.sdk.testing.http_message import HttpAnswer, HttpRequest
from connectors.sdk.testing.methods import PAGE, READS
from connectors.sdk.testing.replay import Replayed, replaying
from connectors.sdk.testing.scrubber import Scrubber
from connectors.sdk.testing.suite import ReadSample, Samples, SuiteConfig, System
from connectors.sdk.testing.values import personal, records, secrets
from schema.domain.order import OrderPage


class Heading(Struct, frozen=True):
    """A recording's first line: of which connector it is, and what can be asked of it."""

    connector: str
    version: str
    samples: dict[str, Any]


class Line(Struct, frozen=True):
    """Any other line: a request, and what was answered."""

    method: str
    target: str
    request: str
    status: int
    headers: Mapping[str, str]
    answer: str


async def record(
    kind: ConnectorType, suite: SuiteConfig, path: Path, *, private: Collection[str] = ()
) -> int:
    """Prove all that a recording can answer on a live system, and write down what passed.

    Secrets and personal data are replaced, in the samples as well. `private` names fields of the
    system's answers that are replaced besides, whatever they hold, since no record shows them.
    Returns how many exchanges there are.

    Raises:
        UnprovedError: The connector does not keep a fact.
        NotApplicableError: The system is not reached by HTTP.
    """
    async with bench(kind, suite) as made:
        proxy = made.needed_proxy()
        for fact in facts(kind, ()):
            if fact.replayable:
                with suppress(NotApplicableError):
                    await fact.prove(made)
        found = records([it.rows if isinstance(it, OrderPage) else it for it in made.answers])
        people = personal(found, kind.manifest.personal_data, shortest=1)
        scrubber = Scrubber(secrets(made.config), people, private)
        exchanges = [msgspec.json.encode(_line(it, scrubber)) for it in proxy.exchanges]
        samples: dict[str, Any] = scrubber.value(_samples(made).dump())
    lines = list(dict.fromkeys(exchanges))
    heading = msgspec.json.encode(Heading(kind.name, kind.manifest.version, samples))
    await asyncio.to_thread(path.write_bytes, b"\n".join((heading, *lines, b"")))
    return len(lines)


def replay(path: Path, config: Mapping[str, Any], *, address: str = "base_url") -> SuiteConfig:
    """The suite for a recording, which is served on a loopback port.

    `config` is whatever the connector wants beside its address; secrets can be any.
    """

    def system() -> AbstractAsyncContextManager[System]:
        return _served(path, address)

    return SuiteConfig(system=system, config=config)


@asynccontextmanager
async def _served(path: Path, address: str) -> AsyncIterator[System]:
    heading, lines = _read(path)
    exchanges = [
        Replayed(
            HttpRequest(it.method, it.target, {}, it.request.encode()),
            HttpAnswer(it.status, it.headers, it.answer.encode()),
        )
        for it in lines
    ]
    async with replaying(exchanges) as url:
        yield System(
            config={address: url},
            address=address,
            samples=Samples.load(heading.samples),
            can_write=False,
            is_recording=True,
        )


def _read(path: Path) -> tuple[Heading, Sequence[Line]]:
    first, *others = path.read_bytes().splitlines()
    heading = msgspec.json.decode(first, type=Heading)
    return heading, [msgspec.json.decode(it, type=Line) for it in others]


def _samples(made: Bench) -> Samples:
    found: dict[str, ReadSample] = {}
    for name in (*READS, PAGE):
        try:
            found[name] = made.read_sample(name)
        except NotApplicableError:
            continue
    return Samples(reads=found)


def _line(exchange: Exchange, scrubber: Scrubber) -> Line:
    request, answer = scrubber.request(exchange.request), scrubber.answer(exchange.answer)
    return Line(
        method=request.method,
        target=request.target,
        request=request.body.decode(errors="replace"),
        status=answer.status,
        headers=answer.headers,
        answer=answer.body.decode(errors="replace"),
    )
