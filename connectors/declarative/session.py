"""A login that holds until the system forgets it."""

from collections.abc import Mapping
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlencode

import msgspec

from connectors.declarative.credential import filled_headers
from connectors.declarative.expression import found_by
from connectors.declarative.model.authentication import SessionAuth
from connectors.declarative.shared_token import SharedToken, Token
from connectors.declarative.template import Values, path_of, plain_text, tree_of
from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpClient, HttpResponse, checked
from connectors.sdk.manifest import Limits
from connectors.sdk.reading import drift
from schema.domain.errors import Rejected

_TOKEN_MAX = 8_192


class SessionCredential:
    """The token or cookie of a login, sent on until it is refused; then one logs in for all."""

    def __init__(self, auth: SessionAuth, http: HttpClient, limits: Limits, values: Values) -> None:
        self._auth = auth
        self._http = http
        self._values = values
        self._find = found_by(auth.token) if auth.token else None
        self._is_expired = found_by(auth.expired_when) if auth.expired_when else None
        self._name = "cookie" if auth.cookie else auth.send_header.lower()
        self._prefix = f"{auth.cookie}=" if auth.cookie else auth.send_prefix
        self._token = SharedToken(self._log_in, limits)

    async def headers(self, ctx: CallContext) -> Mapping[str, str]:
        """See `Credential.headers`."""
        return {self._name: f"{self._prefix}{await self._token.text(ctx)}"}

    def is_refused(self, headers: Mapping[str, str], response: HttpResponse, content: Any) -> bool:
        """See `Credential.is_refused`."""
        refused = response.status in self._auth.expired_status
        if not refused and self._is_expired is not None and content is not None:
            refused = bool(self._is_expired(content))
        if refused:
            self._token.drop(headers[self._name].removeprefix(self._prefix))
        return refused

    async def aclose(self) -> None:
        """See `Credential.aclose`."""
        await self._token.aclose()

    async def _log_in(self, ctx: CallContext) -> Token:
        login = self._auth.login
        headers = filled_headers(login.headers, self._values)
        content = None
        if login.form is not None:
            headers.setdefault("content-type", "application/x-www-form-urlencoded")
            form = tree_of(login.form)(self._values)
            content = urlencode({name: plain_text(it) for name, it in form.items()}).encode()
        elif login.body is not None:
            headers.setdefault("content-type", "application/json")
            content = msgspec.json.encode(tree_of(login.body)(self._values))
        path = path_of(login.path)(self._values)
        response = await self._http.request(
            ctx, login.method, path, content=content, headers=headers
        )
        return Token(self._granted(response))

    def _granted(self, response: HttpResponse) -> str:
        if response.status in {
            HTTPStatus.BAD_REQUEST,
            HTTPStatus.UNAUTHORIZED,
            HTTPStatus.FORBIDDEN,
        }:
            reason = str(response.status)
            raise Rejected(f"HTTP {reason} to our login: check the credentials", reason=reason)
        is_redirect = HTTPStatus.MULTIPLE_CHOICES <= response.status < HTTPStatus.BAD_REQUEST
        if not (is_redirect and self._auth.cookie):  # web shops answer a login by sending elsewhere
            checked(response)
        text = self._found(response)
        if not text:
            if self._auth.login.body is not None:
                response.json()  # what is no JSON, such as a page of HTML, is no refusal
            # Systems that answer a wrong password with 200 give no token.
            raise Rejected("the login gave no token: check the credentials")
        if not isinstance(text, str) or len(text) > _TOKEN_MAX or not text.isprintable():
            raise drift("login", "the token is not of the expected form")
        return text

    def _found(self, response: HttpResponse) -> Any:
        if self._auth.cookie:
            return _cookie(response.headers.get("set-cookie", ""), self._auth.cookie)
        if self._auth.token_header:
            return response.headers.get(self._auth.token_header.lower())
        return self._find(response.json()) if self._find else None


def _cookie(header: str, name: str) -> str | None:
    try:
        held = SimpleCookie(header).get(name)
    except CookieError:
        return None
    return held.value if held else None
