"""Sends a file's requests over HTTP, and reads what the status says."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from connectors.declarative.credential import (
    Credential,
    FixedCredential,
    filled,
    fixed_headers,
)
from connectors.declarative.exchange import Answer, Surroundings
from connectors.declarative.model.authentication import OAuth2Auth, SessionAuth
from connectors.declarative.oauth2 import OAuth2Credential
from connectors.declarative.session import SessionCredential
from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpClient, HttpResponse, checked
from schema.domain.errors import Conflict, NotFound, OutcomeUnknown, Rejected, SchemaDrift

Decode = Callable[[HttpResponse], Any]


class HttpSender:
    """One client with one credential. Where the credential is refused, a new one is tried, once."""

    def __init__(
        self, source: Any, surroundings: Surroundings, decode: Decode | None = None
    ) -> None:
        values = surroundings.values
        self._faults = surroundings.faults
        self._decode = decode
        self.client: HttpClient = surroundings.http.client(
            filled(source.base_url, values),
            surroundings.limits,
            headers=fixed_headers(source, values),
        )
        self._credential = _credential(source.auth, self.client, surroundings)

    async def send(
        self,
        ctx: CallContext,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str],
        missing: tuple[int, ...] = (),
        write: bool = False,
    ) -> Answer:
        """Send a request, and decode its answer.

        Raises:
            NotFound: The status is one of `missing`.
            SourceError: What the file's rules say, else what the status says.
        """
        response, decoded = await self._exchange(ctx, method, path, content, headers, write=write)
        if decoded is not None:
            self._faults.check(decoded)
        if response.status in missing:
            raise NotFound(f"HTTP {response.status}")
        try:
            checked(response, write=write)
        except (NotFound, Conflict) as error:
            if write:
                raise
            # The system has no such address, which says nothing of any record.
            raise Rejected(str(error), reason=str(response.status)) from None
        if decoded is None and response.status != HTTPStatus.NO_CONTENT:
            decoded = self._whole(response, write=write)
        return Answer(decoded, response.headers)

    async def request(
        self,
        ctx: CallContext,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        write: bool = False,
    ) -> HttpResponse:
        """See `HttpClient.request`; the credential is added."""
        response, _ = await self._exchange(ctx, method, path, content, headers or {}, write=write)
        return response

    async def aclose(self) -> None:
        """Close every connection."""
        await self._credential.aclose()
        await self.client.aclose()

    async def _exchange(
        self,
        ctx: CallContext,
        method: str,
        path: str,
        content: bytes | None,
        headers: Mapping[str, str],
        *,
        write: bool,
    ) -> tuple[HttpResponse, Any]:
        first = await self._once(ctx, method, path, content, headers, write=write)
        if not first[2]:
            return first[:2]
        second = await self._once(ctx, method, path, content, headers, write=write)
        return second[:2]

    async def _once(
        self,
        ctx: CallContext,
        method: str,
        path: str,
        content: bytes | None,
        headers: Mapping[str, str],
        *,
        write: bool,
    ) -> tuple[HttpResponse, Any, bool]:
        try:
            proof = await self._credential.headers(ctx)
        except (NotFound, Conflict) as error:
            # Nothing gives credentials at that address, which says nothing of any record.
            raise Rejected(f"no credentials: {error}") from None
        response = await self.client.request(
            ctx, method, path, content=content, headers={**headers, **proof}, write=write
        )
        decoded = self._decoded(response)
        return response, decoded, self._credential.is_refused(proof, response, decoded)

    def _decoded(self, response: HttpResponse) -> Any:
        """The answer's content; None where it has none that can be read."""
        if not response.body or self._decode is None:
            return None
        try:
            return self._decode(response)
        except SchemaDrift:
            return None

    def _whole(self, response: HttpResponse, *, write: bool) -> Any:
        """Read a good answer, which must be one in the source's form."""
        if self._decode is None or (write and not response.body):
            return None
        try:
            return self._decode(response)
        except SchemaDrift as error:
            raise OutcomeUnknown(str(error)) if write else error from error.__cause__


def _credential(auth: Any, http: HttpClient, surroundings: Surroundings) -> Credential:
    if isinstance(auth, OAuth2Auth):
        return OAuth2Credential(auth, http, surroundings.limits, surroundings.values)
    if isinstance(auth, SessionAuth):
        return SessionCredential(auth, http, surroundings.limits, surroundings.values)
    return FixedCredential()
