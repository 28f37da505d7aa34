"""Credentials that every request carries as they are: none, basic, a header."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Protocol

from connectors.declarative.model.authentication import BasicAuth, HeaderAuth
from connectors.declarative.template import ABSENT, Values, plain_text, text_of
from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpResponse
from schema.domain.errors import Rejected


class Credential(Protocol):
    """Proves who we are with each request."""

    async def headers(self, ctx: CallContext) -> Mapping[str, str]:
        """The headers to send; raises like a reader."""
        ...

    def is_refused(self, headers: Mapping[str, str], response: HttpResponse, content: Any) -> bool:
        """Whether an answer refuses what was sent, so that another try with new headers may help.

        `content` is the decoded answer, None where there is none.
        """
        ...

    async def aclose(self) -> None:
        """Let go of what is under way."""
        ...


class FixedCredential:
    """Headers that never change; they are the client's own, so none are added here."""

    async def headers(self, _ctx: CallContext) -> Mapping[str, str]:
        """See `Credential.headers`."""
        return {}

    def is_refused(
        self, _headers: Mapping[str, str], _response: HttpResponse, _content: Any
    ) -> bool:
        """See `Credential.is_refused`."""
        return False

    async def aclose(self) -> None:
        """See `Credential.aclose`."""


def fixed_headers(source: Any, values: Values) -> dict[str, str]:
    """The headers of every request to a source over HTTP."""
    headers = filled_headers(source.headers, values)
    auth = source.auth
    if isinstance(auth, BasicAuth):
        pair = f"{filled(auth.username, values)}:{filled(auth.password, values)}"
        headers["authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    elif isinstance(auth, HeaderAuth):
        headers |= filled_headers({auth.name: auth.value}, values)
    return headers


def filled_headers(templates: Mapping[str, str], values: Values) -> dict[str, str]:
    """Headers with their values; one without a value is left out.

    Raises:
        Rejected: A value is none that a header may hold.
    """
    headers = {}
    for name, template in templates.items():
        value = text_of(template)(values)
        if value is ABSENT:
            continue
        # A line break would begin another header (RFC 9110, section 5.5).
        if not value.isprintable() or not value.isascii():
            raise Rejected(f"the header {name} cannot hold its value")
        headers[name.lower()] = value
    return headers


def filled(template: str | None, values: Values) -> str:
    """A text with its values; empty where it has none."""
    if template is None:
        return ""
    value = text_of(template)(values)
    return "" if value is ABSENT else plain_text(value)
