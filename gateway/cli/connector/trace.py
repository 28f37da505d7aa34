"""What goes over the wire while one question is asked, for the person who asks it."""

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec
from msgspec import Struct
from pydantic import BaseModel, SecretStr
from sqlalchemy import Engine, event
from typing_extensions import override

from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpClient, HttpClients, HttpResponse
from connectors.sdk.manifest import Limits

_SHOWN = 4_000  # characters of a body
_VEIL = "…"
_SECRET_MIN = 4
# Fields of bodies whose values are secrets that no configuration names: tokens that are given out.
_SECRET_FIELD = re.compile(r'("\w*(?:token|secret|password)\w*"\s*:\s*)"[^"]*"', re.IGNORECASE)


class Exchange(Struct):
    """One request and what came back; `answer` is None where nothing came. Secrets are veiled."""

    request: str
    body: str | None = None
    status: int | None = None
    answer: str | None = None
    duration_ms: float | None = None


class Trace:
    """Gathers exchanges. Concurrency: any number of calls and threads."""

    def __init__(self, config: BaseModel) -> None:
        self.exchanges: list[Exchange] = []
        self._secrets = sorted(_secrets(config), key=len, reverse=True)

    def shown(self, content: bytes | str | None) -> str | None:
        """A body as text: its beginning, without secrets."""
        if content is None:
            return None
        text = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
        for secret in self._secrets:
            text = text.replace(secret, _VEIL)
        text = _SECRET_FIELD.sub(rf'\1"{_VEIL}"', text)
        return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}{_VEIL}"

    @contextmanager
    def statements(self) -> Iterator[None]:
        """Gather the statements that databases are sent as well; never their values."""

        def sent(_c: object, _cursor: object, statement: str, *_: object) -> None:
            self.exchanges.append(Exchange(self.shown(statement) or ""))

        event.listen(Engine, "before_cursor_execute", sent)
        try:
            yield
        finally:
            event.remove(Engine, "before_cursor_execute", sent)


class TracedClients(HttpClients):
    """Makes HTTP clients that tell a trace what they send and get."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace

    @override
    def client(
        self, base_url: str, limits: Limits, *, headers: Mapping[str, str] | None = None
    ) -> HttpClient:
        """See `HttpClients.client`."""
        return _TracedClient(base_url, limits, headers=headers, trace=self._trace)


class _TracedClient(HttpClient):
    def __init__(
        self, base_url: str, limits: Limits, *, headers: Mapping[str, str] | None, trace: Trace
    ) -> None:
        super().__init__(base_url, limits, headers=headers)
        self._trace = trace

    @override
    async def request(
        self, ctx: CallContext, method: str, path: str, **options: Any
    ) -> HttpResponse:
        """See `HttpClient.request`."""
        asked = options.get("json")
        body = msgspec.json.encode(asked) if asked is not None else options.get("content")
        params = options.get("params")
        shown = self._trace.shown(f"{method} {path}{f' {dict(params)}' if params else ''}")
        exchange = Exchange(shown or "", self._trace.shown(body))
        self._trace.exchanges.append(exchange)
        begun = time.monotonic()
        try:
            response = await super().request(ctx, method, path, **options)
        finally:
            exchange.duration_ms = round((time.monotonic() - begun) * 1000, 1)
        exchange.status, exchange.answer = response.status, self._trace.shown(response.body)
        return response


def _secrets(value: object) -> set[str]:
    """Every secret within a configuration."""
    if isinstance(value, SecretStr):
        text = value.get_secret_value()
        return {text} if len(text) >= _SECRET_MIN else set()
    if isinstance(value, BaseModel):
        return {it for name in type(value).model_fields for it in _secrets(getattr(value, name))}
    if isinstance(value, Mapping):
        return {it for inner in value.values() for it in _secrets(inner)}
    if isinstance(value, list | tuple):
        return {it for inner in value for it in _secrets(inner)}
    return set()
