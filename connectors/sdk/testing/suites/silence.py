"""What must not be told."""

from connectors.sdk.testing.bench import Bench
from connectors.sdk.testing.fact import NotApplicableError, require
from connectors.sdk.testing.fault_proxy import Turn, pass_on
from connectors.sdk.testing.http_message import HttpAnswer
from connectors.sdk.testing.suites.ask import PROBE, Ask, ask_of, prepared
from connectors.sdk.testing.values import personal, records, secrets
from connectors.sdk.testing.wire_fields import fields, with_field_changed, with_field_gone
from schema.domain.errors import SourceError


async def nothing_personal_is_told(bench: Bench, name: str) -> None:
    """No log line and no error holds a secret or a personal value, whatever goes wrong."""
    ask = ask_of(bench, name)
    connector = await prepared(bench, ask)
    if bench.proxy is not None:
        bench.proxy.forget()
    answer = await bench.answer(lambda: ask.call(connector, bench.context()))
    rows = answer.rows if hasattr(answer, "rows") else answer
    private = {
        *secrets(bench.config),
        *personal(records(rows), bench.kind.manifest.personal_data),
    }
    if not private:
        raise NotApplicableError("neither configuration nor records hold anything private")
    if bench.faults is not None:
        for fault in bench.faults.offered:
            if not fault.stalls:
                async with bench.faults.injected(fault):
                    await _ask(bench, ask, connector)
    if bench.proxy is not None:
        await _drift(bench, ask, connector)
    require(not bench.overheard.tells_any(private), "a secret or a personal value is told")


async def _drift(bench: Bench, ask: Ask, connector: object) -> None:
    """Break each field of the answers in turn."""
    proxy = bench.needed_proxy()
    answers = [it.answer for it in proxy.exchanges]
    for path in dict.fromkeys(path for it in answers for path in fields(it.body)):
        for change in (with_field_changed, with_field_gone):

            async def conduct(
                turn: Turn, path: tuple[str, ...] = path, by: object = change
            ) -> None:
                answer = await turn.ask()
                body = by(answer.body, path) if callable(by) else answer.body
                turn.writer.write(HttpAnswer(answer.status, answer.headers, body).wire)
                await turn.writer.drain()

            proxy.conduct = conduct
            await _ask(bench, ask, connector)
    proxy.conduct = pass_on


async def _ask(bench: Bench, ask: Ask, connector: object) -> None:
    it = bench.connector() if ask.name == PROBE else connector
    ended = await bench.outcome(lambda: ask.call(it, bench.context()))
    for value in ended.answer.values() if isinstance(ended.answer, dict) else ():
        if isinstance(value, SourceError):
            bench.overheard.error(value)
