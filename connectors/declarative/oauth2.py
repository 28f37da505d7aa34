"""Bearer tokens of OAuth 2.0 (RFC 6749)."""

import re
from base64 import b64encode
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote_plus, urlencode

from connectors.declarative.credential import filled
from connectors.declarative.expression import found_by
from connectors.declarative.model.authentication import OAuth2Auth
from connectors.declarative.shared_token import SharedToken, Token
from connectors.declarative.template import Values
from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpClient, HttpResponse, checked
from connectors.sdk.manifest import Limits
from connectors.sdk.reading import drift
from schema.domain.errors import Rejected

# RFC 6750 §2.1: nothing else may stand in the header.
_BEARER = re.compile(r"[A-Za-z0-9\-._~+/]+=*")


class OAuth2Credential:
    """A token by client credentials, or by a refresh token that the answer may replace."""

    def __init__(self, auth: OAuth2Auth, http: HttpClient, limits: Limits, values: Values) -> None:
        self._auth = auth
        self._http = http
        self._id = filled(auth.client_id, values)
        self._secret = filled(auth.client_secret, values)
        self._refresh = filled(auth.refresh_token, values)
        self._scope = filled(auth.scope, values)
        self._find_token = found_by(auth.token)
        self._find_life = found_by(auth.expires_in)
        self._token = SharedToken(self._fetch, limits)

    async def headers(self, ctx: CallContext) -> Mapping[str, str]:
        """See `Credential.headers`."""
        return {"authorization": f"Bearer {await self._token.text(ctx)}"}

    def is_refused(self, headers: Mapping[str, str], response: HttpResponse, _content: Any) -> bool:
        """See `Credential.is_refused`."""
        if response.status != HTTPStatus.UNAUTHORIZED:
            return False
        self._token.drop(headers["authorization"].removeprefix("Bearer "))
        return True

    async def aclose(self) -> None:
        """See `Credential.aclose`."""
        await self._token.aclose()

    async def _fetch(self, ctx: CallContext) -> Token:
        form: dict[str, str] = {"grant_type": self._auth.grant}
        headers = {"content-type": "application/x-www-form-urlencoded"}
        if self._auth.grant == "refresh_token":
            form["refresh_token"] = self._refresh
        if self._scope:
            form["scope"] = self._scope
        if self._auth.credentials == "body":
            form |= {"client_id": self._id, "client_secret": self._secret}
        else:
            # RFC 6749 §2.3.1: form-encoded first, so that a colon in either does no harm.
            pair = f"{quote_plus(self._id)}:{quote_plus(self._secret)}"
            headers["authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        body = urlencode(form).encode()
        response = await self._http.request(
            ctx, "POST", self._auth.token_path, content=body, headers=headers
        )
        return self._granted(response)

    def _granted(self, response: HttpResponse) -> Token:
        # RFC 6749 §5.2: a client that is not accepted is answered with either status.
        if response.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED}:
            raise Rejected(
                f"HTTP {response.status} to our credentials: check the client's id and secret",
                reason=str(response.status),
            )
        content = checked(response).json()
        text, lasts_s = self._find_token(content), self._find_life(content)
        if not isinstance(text, str) or not _BEARER.fullmatch(text):
            raise drift(f"token ({self._auth.token})", "not of the expected form")
        if lasts_s is not None and (
            isinstance(lasts_s, bool) or not isinstance(lasts_s, int | float)
        ):
            raise drift(f"token ({self._auth.expires_in})", "expected seconds")
        # RFC 6749 §7.1: a token of another type must not be used.
        kind = content.get("token_type", "") if isinstance(content, dict) else ""
        if not isinstance(kind, str) or kind.lower() not in {"", "bearer"}:
            raise drift("token (token_type)", "expected Bearer")
        replaced = content.get("refresh_token") if isinstance(content, dict) else None
        if isinstance(replaced, str) and replaced:
            self._refresh = replaced
        return Token(text, lasts_s)
