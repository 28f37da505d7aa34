"""OAuth2 client credentials (RFC 6749 §4.4): gives out access tokens, and knows them again."""

import binascii
import hmac
import secrets
import time
from base64 import b64decode
from collections.abc import Mapping
from urllib.parse import unquote_plus

from aiohttp import web

from gateway.demo.crm.settings import CLIENT_ID


class Tokens:
    """The access tokens that are valid now; each lives `life_s` seconds."""

    def __init__(self, secret: str, life_s: float) -> None:
        self._secret = secret
        self._life_s = life_s
        self._expiry: dict[str, float] = {}

    async def give(self, request: web.Request) -> web.Response:
        """Answer POST /oauth/token; the client names itself by HTTP basic or in the form."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        if form.get("grant_type") != "client_credentials":
            return _refused("unsupported_grant_type", 400)
        client, secret = _credentials(request.headers.get("Authorization"), form)
        if client != CLIENT_ID or not hmac.compare_digest(secret.encode(), self._secret.encode()):
            return _refused("invalid_client", 401)
        now = time.monotonic()
        self._expiry = {token: end for token, end in self._expiry.items() if end > now}
        token = secrets.token_urlsafe(24)
        self._expiry[token] = now + self._life_s
        return web.json_response(
            {"access_token": token, "token_type": "Bearer", "expires_in": self._life_s},
            headers={"Cache-Control": "no-store"},
        )

    def admits(self, authorization: str) -> bool:
        """Whether a header bears a token that is valid now."""
        scheme, _, token = authorization.partition(" ")
        return scheme.lower() == "bearer" and self._expiry.get(token, 0.0) > time.monotonic()

    def revoke_all(self) -> None:
        """Forget every token, as a restart does."""
        self._expiry.clear()


def _credentials(authorization: str | None, form: Mapping[str, str]) -> tuple[str, str]:
    if authorization is None:
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        decoded = b64decode(authorization.partition(" ")[2], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    # RFC 6749 §2.3.1: both are form-encoded before HTTP basic joins them.
    client, _, secret = decoded.partition(":")
    return unquote_plus(client), unquote_plus(secret)


def _refused(code: str, status: int) -> web.Response:
    return web.json_response({"error": code}, status=status)
