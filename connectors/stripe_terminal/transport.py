"""Stripe's aiohttp client over the gateway's own."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

import stripe
from typing_extensions import override

from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpClient

_call: ContextVar[CallContext] = ContextVar("stripe_call")


@contextmanager
def serving(ctx: CallContext) -> Iterator[None]:
    """Requests that the package makes inside are `ctx`'s: its deadline bounds them."""
    token = _call.set(ctx)
    try:
        yield
    finally:
        _call.reset(token)


class StripeTransport(stripe.AIOHTTPClient):
    """Sends what the package asks for through `HttpClient`, whose failures are our errors already.

    The package's own follows redirects, reads answers of any size, leaves the connection open when
    reading fails, and does not say whether a failed request was ever sent; this one does.
    """

    def __init__(self, http: HttpClient, address: str) -> None:
        super().__init__(session=http.session)
        self._http = http
        self._address = address

    @override
    async def request_async(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        post_data: str | None = None,
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """Send one request; see `HttpClient.request` for what it raises."""
        response = await self._http.request(
            _call.get(),
            method.upper(),
            url.removeprefix(self._address),
            content=post_data.encode() if post_data is not None else None,
            headers=headers,
            write=method.lower() != "get",
        )
        return response.body, response.status, response.headers
