"""HTTP for connectors: the only module that imports aiohttp and httpx.

Connectors send through `HttpClient`, whose failures are the closed error set already. An author
whose vendor library wants an httpx client gets one over the same sockets (`HttpClient.httpx`).
"""

import asyncio
import re
from collections.abc import Mapping
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import aiohttp
import httpx
import msgspec
from httpx_aiohttp import AiohttpTransport
from msgspec import Struct
from yarl import URL

from connectors.sdk.context import CallContext
from connectors.sdk.manifest import Limits
from schema.domain.errors import (
    Conflict,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    SchemaDrift,
    SourceError,
    Unavailable,
)

_BODY_MAX = 32 * 1024 * 1024
_RETRY_AFTER_MAX_S = 3_600.0
# What stands for itself in a query (RFC 3986, section 3.4), less what separates its parts.
_QUERY_SAFE = "/?:@!$'()*,"
_MEDIA_TYPE = re.compile(r"[a-z]{1,20}/[a-z0-9.+-]{1,60}")

_BY_STATUS: Mapping[int, type[NotFound | Conflict]] = {
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.GONE: NotFound,
    HTTPStatus.CONFLICT: Conflict,
    HTTPStatus.PRECONDITION_FAILED: Conflict,
}


class _Progress(Struct):
    """How far one request has come: before its head goes out, nothing can have happened."""

    sent: bool = False


class HttpResponse(Struct, frozen=True):
    """An answer that has arrived whole. Headers are found by their names in whatever case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Decode the body.

        Raises:
            SchemaDrift: It is not JSON: a proxy's page, say, or cut off.
        """
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            kind = _MEDIA_TYPE.match(self.headers.get("content-type", ""))
            shown = kind[0] if kind else "no content type"
            raise SchemaDrift(f"the body is not JSON ({shown}, {len(self.body)} bytes)") from error


class HttpClient:
    """HTTP with one system: one base address, one connection pool as wide as its concurrency.

    Redirects are not followed and cookies not kept: a system cannot send us elsewhere.
    Concurrency: any number of callers; a cancelled call closes its connection.
    """

    def __init__(
        self, base_url: str, limits: Limits, *, headers: Mapping[str, str] | None = None
    ) -> None:
        self._base = base_url.rstrip("/")
        self._limits = limits
        connector = aiohttp.TCPConnector(limit=limits.concurrency, ttl_dns_cache=60)
        self._session = _session(connector, headers)
        # Over the same connections. To follow a request costs a tenth of it, and reads need it not.
        self._writing = _session(connector, headers, [_progress_trace()])
        self._httpx: httpx.AsyncClient | None = None

    async def request(
        self,
        ctx: CallContext,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        json: object = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        write: bool = False,
    ) -> HttpResponse:
        """Send one request and read its whole answer, whatever its status.

        Args:
            ctx: Its deadline bounds the call, as does the manifest's time limit.
            method: The HTTP method.
            path: Path below the base address, starting with a slash; percent-encoded by the caller.
            params: Query string.
            json: Body, encoded here; or `content`, as it is.
            content: See `json`.
            headers: Beside the client's own.
            write: The request may change something, so that a lost answer is `OutcomeUnknown`.

        Raises:
            Unavailable: The request was never sent, or is a read without a whole answer in time.
            OutcomeUnknown: A write was sent, and no whole answer came, or one above 32 MiB.
            SchemaDrift: The answer to a read is larger than 32 MiB.
        """
        body = content
        sent = dict(headers or {})
        if json is not None:
            body = msgspec.json.encode(json)
            sent.setdefault("content-type", "application/json")
        address = f"{self._base}{path}"
        if params:
            address += ("&" if "?" in path else "?") + urlencode(params, safe=_QUERY_SAFE)
        url = URL(address, encoded=True)
        progress = _Progress()
        try:
            if ctx.is_timed and not write:
                return await self._send(method, url, body, sent, None)
            async with asyncio.timeout(min(ctx.remaining_s, self._limits.timeout_s)):
                return await self._send(method, url, body, sent, progress if write else None)
        except TimeoutError as error:
            raise _lost("no whole answer in time", write=write and progress.sent) from error
        except (aiohttp.ClientError, OSError) as error:
            message = f"the connection broke: {type(error).__name__}"
            raise _lost(message, write=write and progress.sent) from error
        except SchemaDrift as error:
            raise OutcomeUnknown(str(error)) if write else error from error.__cause__

    async def _send(
        self,
        method: str,
        url: URL,
        body: bytes | None,
        headers: Mapping[str, str],
        progress: _Progress | None,
    ) -> HttpResponse:
        session = self._session if progress is None else self._writing
        async with session.request(
            method,
            url,
            data=body,
            headers=headers,
            allow_redirects=False,
            trace_request_ctx=progress,
        ) as response:
            content = await _bounded(response)
            return HttpResponse(response.status, response.headers, content)

    def httpx(self) -> httpx.AsyncClient:
        """An httpx client over the same sockets, for a vendor library that wants one.

        It is closed with this client. Its errors are httpx's: translate them in `client.py`.
        """
        if self._httpx is None:
            self._httpx = httpx.AsyncClient(
                base_url=self._base,
                timeout=self._limits.timeout_s,
                transport=AiohttpTransport(client=self._session),
            )
        return self._httpx

    @property
    def session(self) -> aiohttp.ClientSession:
        """The wire itself, for a vendor library that wants an aiohttp session."""
        return self._session

    async def aclose(self) -> None:
        """Close every connection."""
        if self._httpx is not None:
            await self._httpx.aclose()
        await self._writing.close()
        await self._session.close()


class HttpClients:
    """Makes HTTP clients: one for each base address a connector speaks to, which closes it."""

    def client(
        self, base_url: str, limits: Limits, *, headers: Mapping[str, str] | None = None
    ) -> HttpClient:
        """A client for one base address. Call it inside the running event loop."""
        return HttpClient(base_url, limits, headers=headers)


def checked(response: HttpResponse, *, write: bool = False) -> HttpResponse:
    """Return a 2xx answer; raise what any other status means by HTTP's own rules.

    Raises:
        RateLimited: 429; `retry_after_s` as the system asks.
        Unavailable: 503; any other 5xx to a read.
        OutcomeUnknown: Any other 5xx to a write; a proxy's 502 or 504 may come after the effect.
        NotFound: 404 and 410.
        Conflict: 409 and 412.
        Rejected: Any other 4xx; `reason` is the status.
        SchemaDrift: A redirect or an informational status.
    """
    if HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
        return response
    raise _error(response, write=write)


def _error(response: HttpResponse, *, write: bool) -> SourceError:
    status, message = response.status, f"HTTP {response.status}"
    if known := _BY_STATUS.get(status):
        return known(message)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited(message, retry_after_s=_retry_after_s(response))
    if status < HTTPStatus.BAD_REQUEST:
        return SchemaDrift(message)
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return Rejected(message, reason=str(status))
    if write and status != HTTPStatus.SERVICE_UNAVAILABLE:
        return OutcomeUnknown(message)
    return Unavailable(message, retry_after_s=_retry_after_s(response))


def _lost(message: str, *, write: bool) -> SourceError:
    return OutcomeUnknown(message) if write else Unavailable(message)


def _session(
    connector: aiohttp.TCPConnector,
    headers: Mapping[str, str] | None,
    traces: list[aiohttp.TraceConfig] | None = None,
) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers=headers,
        timeout=aiohttp.ClientTimeout(total=None),
        trace_configs=traces,
    )


def _progress_trace() -> aiohttp.TraceConfig:
    async def note(
        _session: aiohttp.ClientSession,
        trace: SimpleNamespace,
        _params: aiohttp.TraceRequestHeadersSentParams,
    ) -> None:
        if isinstance(progress := trace.trace_request_ctx, _Progress):
            progress.sent = True

    config = aiohttp.TraceConfig()
    config.on_request_headers_sent.append(note)
    return config


def _retry_after_s(response: HttpResponse) -> float | None:
    """Seconds of a `Retry-After` header; None for a date or none, at most one hour."""
    try:
        asked = float(response.headers.get("retry-after", ""))
    except ValueError:
        return None
    return asked if 0 <= asked <= _RETRY_AFTER_MAX_S else None


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    if (response.content_length or 0) > _BODY_MAX:
        raise SchemaDrift(f"the body is larger than {_BODY_MAX} bytes")
    parts, size = [], 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > _BODY_MAX:
            raise SchemaDrift(f"the body is larger than {_BODY_MAX} bytes")
        parts.append(part)
    return b"".join(parts)
