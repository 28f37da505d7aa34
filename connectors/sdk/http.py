"""HTTP for connectors: the only module that imports aiohttp and httpx.

Connectors send through `HttpClient`, whose failures are the closed error set already. An author whose
vendor library wants an httpx client gets one over the same sockets (`HttpClient.httpx`).
"""

import asyncio
from collections.abc import Mapping
from typing import Any

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


class HttpResponse(Struct, frozen=True):
    """An answer that has arrived whole. Header names are in lower case."""

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
            kind = self.headers.get("content-type", "no content type").partition(";")[0]
            raise SchemaDrift(f"the body is not JSON ({kind}, {len(self.body)} bytes)") from error


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
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=limits.concurrency, ttl_dns_cache=60),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=None),
        )
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
            Unavailable: No connection, or no whole answer to a read in time.
            OutcomeUnknown: A write was sent, and no whole answer came.
            SchemaDrift: The answer is larger than 32 MiB.
        """
        body = content
        sent = dict(headers or {})
        if json is not None:
            body = msgspec.json.encode(json)
            sent.setdefault("content-type", "application/json")
        url = URL(self._base + path, encoded=True)
        if params:
            url = url.update_query(params)
        lost = OutcomeUnknown if write else Unavailable
        try:
            async with asyncio.timeout(min(ctx.remaining_s, self._limits.timeout_s)):
                return await self._send(method, url, body, sent)
        except aiohttp.ClientConnectorError as error:
            raise Unavailable(f"no connection: {type(error).__name__}") from error
        except TimeoutError as error:
            raise lost("no whole answer in time") from error
        except (aiohttp.ClientError, OSError) as error:
            raise lost(f"the connection broke: {type(error).__name__}") from error

    async def _send(
        self, method: str, url: URL, body: bytes | None, headers: Mapping[str, str]
    ) -> HttpResponse:
        async with self._session.request(
            method, url, data=body, headers=headers, allow_redirects=False
        ) as response:
            content = await _bounded(response)
            names = {name.lower(): value for name, value in response.headers.items()}
            return HttpResponse(response.status, names, content)

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
        await self._session.close()


class HttpClients:
    """Makes HTTP clients. One for each base address a connector speaks to; the connector closes it."""

    def client(
        self, base_url: str, limits: Limits, *, headers: Mapping[str, str] | None = None
    ) -> HttpClient:
        """A client for one base address. Call it inside the running event loop."""
        return HttpClient(base_url, limits, headers=headers)


def checked(response: HttpResponse, *, write: bool = False) -> HttpResponse:
    """Return a 2xx answer; raise what any other status means by HTTP's own rules.

    Raises:
        RateLimited: 429; `retry_after_s` as the system asks.
        Unavailable: 502, 503, 504; any other 5xx to a read.
        OutcomeUnknown: 500, or another 5xx, to a write.
        NotFound: 404 and 410.
        Conflict: 409 and 412.
        Rejected: Any other 4xx; `reason` is the status.
        SchemaDrift: A redirect or an informational status.
    """
    status = response.status
    if 200 <= status < 300:
        return response
    raise _error(status, response, write=write)


def _error(status: int, response: HttpResponse, *, write: bool) -> SourceError:
    message = f"HTTP {status}"
    if status == 429:
        return RateLimited(message, retry_after_s=_retry_after_s(response))
    if status in {404, 410}:
        return NotFound(message)
    if status in {409, 412}:
        return Conflict(message)
    if 400 <= status < 500:
        return Rejected(message, reason=str(status))
    if status >= 500 and write and status not in {502, 503}:
        return OutcomeUnknown(message)
    if status >= 500:
        return Unavailable(message, retry_after_s=_retry_after_s(response))
    return SchemaDrift(message)


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
