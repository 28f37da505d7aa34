"""The access token of OAuth2 client credentials (RFC 6749 §4.4)."""

import asyncio
import re
import time
from base64 import b64encode
from http import HTTPStatus
from urllib.parse import quote_plus

from msgspec import Struct
from msgspec.structs import replace

from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpClient, HttpResponse, checked
from connectors.sdk.manifest import Limits
from connectors.sdk.reading import drift, read
from schema.domain.errors import Rejected, Unavailable

_PATH = "/oauth/token"
_FORM = b"grant_type=client_credentials"
# RFC 6750 §2.1: nothing else may stand in the header.
_BEARER = re.compile(r"[A-Za-z0-9\-._~+/]+=*")
# A token that ends while a call is under way would cost that call a second attempt.
_RENEWED_AFTER = 0.9


class _Grant(Struct):
    """What the system answers; `expires_in` is in seconds."""

    access_token: str
    token_type: str
    expires_in: float


class _Token(Struct, frozen=True):
    """A token and when to renew it, in seconds of `time.monotonic`."""

    text: str
    renew_at: float


class AccessToken:
    """Fetched when first needed, and renewed before it ends.

    Concurrency: callers at once share one fetch, and what comes of it; one that is cancelled leaves
    it to the others.
    """

    def __init__(
        self, http: HttpClient, limits: Limits, *, client_id: str, client_secret: str
    ) -> None:
        self._http = http
        self._limits = limits
        # RFC 6749 §2.3.1: form-encoded first, so that a colon in either does no harm.
        pair = f"{quote_plus(client_id)}:{quote_plus(client_secret)}"
        self._authorization = f"Basic {b64encode(pair.encode()).decode()}"
        self._token: _Token | None = None
        self._fetch: asyncio.Task[_Token] | None = None

    async def text(self, ctx: CallContext) -> str:
        """The token to send.

        Raises:
            Rejected: The system does not accept the client's id or secret.
            Unavailable, RateLimited, SchemaDrift: See `checked` and `read`.
        """
        token = self._token
        if token is None or token.renew_at <= time.monotonic():
            token = await self._fetched(ctx)
        return token.text

    def drop(self, text: str) -> None:
        """Forget a token that the system refused, unless another has taken its place already."""
        if self._token is not None and self._token.text == text:
            self._token = None

    async def aclose(self) -> None:
        """End a fetch that nobody waits for any more."""
        if self._fetch is not None:
            self._fetch.cancel()
            await asyncio.gather(self._fetch, return_exceptions=True)

    async def _fetched(self, ctx: CallContext) -> _Token:
        if self._fetch is None:
            # It serves others as well, so it has the whole time of a call, whoever began it.
            lasting = replace(ctx, deadline=time.monotonic() + self._limits.timeout_s)
            self._fetch = asyncio.create_task(self._ask(lasting))
            self._fetch.add_done_callback(self._ended)
        try:
            async with asyncio.timeout(ctx.remaining_s):
                return await asyncio.shield(self._fetch)
        except TimeoutError as error:
            raise Unavailable("no access token in time") from error

    def _ended(self, fetch: asyncio.Task[_Token]) -> None:
        self._fetch = None
        if not fetch.cancelled() and fetch.exception() is None:
            self._token = fetch.result()

    async def _ask(self, ctx: CallContext) -> _Token:
        asked_at = time.monotonic()
        response = await self._http.request(
            ctx,
            "POST",
            _PATH,
            content=_FORM,
            headers={
                "authorization": self._authorization,
                "content-type": "application/x-www-form-urlencoded",
            },
        )
        grant = _grant(response)
        return _Token(grant.access_token, asked_at + grant.expires_in * _RENEWED_AFTER)


def _grant(response: HttpResponse) -> _Grant:
    # RFC 6749 §5.2: a client that is not accepted is answered with either status.
    if response.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED}:
        raise Rejected(
            f"HTTP {response.status} to our credentials: check client_id and client_secret",
            reason=str(response.status),
        )
    grant = read(_Grant, checked(response).json(), where="token")
    if grant.token_type.lower() != "bearer":
        raise drift("token.token_type", "expected Bearer")
    if not _BEARER.fullmatch(grant.access_token):
        raise drift("token.access_token", "not of the expected form")
    return grant
