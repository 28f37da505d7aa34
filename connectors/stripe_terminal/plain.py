"""Requests that every payment needs, as Stripe's package would send them.

The package makes its headers anew for each, asks what it runs on, and makes objects of the answer,
of which we make plain content again: as much work as the sending itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import msgspec
import stripe

from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpClient, HttpResponse

Pair = tuple[str, str]


class PlainStripe:
    """Stripe's API without objects. Concurrency: any number of callers."""

    def __init__(self, http: HttpClient, key: str) -> None:
        self._http = http
        self._headers = {
            "Authorization": f"Bearer {key}",
            "User-Agent": f"Stripe/v1 PythonBindings/{stripe.VERSION}",
            "Stripe-Version": stripe.api_version,
        }

    async def request(
        self,
        ctx: CallContext,
        method: str,
        path: str,
        params: Mapping[str, Any],
        options: stripe.RequestOptions,
    ) -> Any:
        """Send one request, and return the content of a good answer. A POST may change something.

        Raises:
            stripe.StripeError: Any other answer.
            SourceError: As `HttpClient.request`.
        """
        headers = dict(self._headers)
        if account := options.get("stripe_account"):
            headers["Stripe-Account"] = account
        if key := options.get("idempotency_key"):
            headers["Idempotency-Key"] = key
        form = urlencode([*_pairs("", params)], safe="[]")
        is_write = method == "POST"
        if is_write:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        elif form:
            path = f"{path}?{form}"
        body = form.encode() if is_write else None
        answer = await self._http.request(
            ctx, method, path, content=body, headers=headers, write=is_write
        )
        return _good(answer)


def _pairs(name: str, value: Any) -> Iterator[Pair]:
    """A value in a form, as Stripe writes what is nested: `a[b][0]`."""
    match value:
        case None:
            return
        case Mapping():
            for key, it in value.items():
                yield from _pairs(f"{name}[{key}]" if name else key, it)
        case str():
            yield name, value
        case Sequence():
            for number, it in enumerate(value):
                yield from _pairs(f"{name}[{number}]", it)
        case bool():
            yield name, str(value).lower()
        case _:
            yield name, str(value)


def _good(answer: HttpResponse) -> Any:
    try:
        content = msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        content = None
    is_good = HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES
    if not is_good or content is None:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        raise stripe.APIError(
            None, None, answer.status, content if isinstance(content, dict) else None, headers
        )
    return content
