"""Who is asking."""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from gateway.http.errors import Misdirected, Unauthenticated
from gateway.http.settings import ApiKey, Origin, is_loopback
from schema.domain.scope import Actor

_BEARER = re.compile(r"[Bb]earer +([\x21-\x7e]{1,4096}) *")
_LOCAL = Actor("local", "admin")


class Authenticator:
    """Knows the keys, and keeps no key itself: only hashes, all of the same length."""

    def __init__(self, keys: Sequence[ApiKey]) -> None:
        self._actors = [
            (_hashed(key.key.get_secret_value()), Actor(key.name, key.role, key.stores))
            for key in keys
        ]

    def actor(self, headers: Mapping[str, str], authorization: str | None = None) -> Actor:
        """Who sent a request; `authorization` stands over the header of that name.

        Raises:
            Unauthenticated: Keys are configured, and none of them was sent.
            Misdirected: There are no keys, and it came by a name that is not this machine's own:
                a page in somebody's browser may have pointed its domain here.
        """
        if not self._actors:
            if not is_loopback(_host(headers.get("host", ""))):
                raise Misdirected(
                    "Without keys, the server is reached as localhost only: configure some."
                )
            return _LOCAL
        given = headers.get("authorization", "") if authorization is None else authorization
        match = _BEARER.fullmatch(given)
        hashed = _hashed(match[1] if match else "")
        # Every key is compared, and each in constant time: how long it takes tells nothing.
        found = [actor for known, actor in self._actors if hmac.compare_digest(known, hashed)]
        if match is None or not found:
            raise Unauthenticated("Send a valid key: `Authorization: Bearer …`.")
        return found[0]


def is_foreign(headers: Mapping[str, str], trusted: Sequence[Origin]) -> bool:
    """Whether a page of another site opens a websocket: browsers ask nobody before they do."""
    origin = headers.get("origin")
    if origin is None or origin in trusted:
        return False
    return urlsplit(origin).netloc.lower() != headers.get("host", "").lower()


def _hashed(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


@lru_cache(64)
def _host(header: str) -> str:
    try:
        return (urlsplit(f"//{header}").hostname or "").lower()
    except ValueError:
        return ""
