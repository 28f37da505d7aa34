"""What a provider's post looks like when much goes wrong with it: copies, losses, forgeries."""

import hashlib
import hmac
import random
import time
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

SECRET = "whsec_load"
OLD_SECRET = "whsec_load_before"
_MOST_COPIES = 5
_DROPPED = 0.01
_FORGED = 0.05


class Delivery(Struct, frozen=True):
    """One message to be posted. `forged` names what is wrong with it; None: it is genuine."""

    event: str
    body: bytes
    forged: str | None = None

    def headers(self) -> dict[str, str]:
        """What it is posted with, signed now."""
        sign = _FORGERIES[self.forged][1] if self.forged else _genuine
        return {"Content-Type": "application/json; charset=utf-8", **sign(self.body)}

    @property
    def sent(self) -> bytes:
        """The bytes that are posted."""
        return _FORGERIES[self.forged][0](self.body) if self.forged else self.body


class Round(Struct, frozen=True):
    """All that is posted, in its order, and the events that never are."""

    deliveries: Sequence[Delivery]
    dropped: Sequence[str]


def a_round(bodies: Mapping[str, bytes], count: int, luck: random.Random) -> Round:
    """Exactly so many deliveries of these events, shuffled.

    One in a hundred events is never sent; each other one is one to five times. One delivery in
    twenty is forged.
    """
    names = sorted(bodies)
    dropped = luck.sample(names, round(len(names) * _DROPPED))
    kept = sorted(set(names) - set(dropped))
    forged = round(count * _FORGED)
    copies = dict.fromkeys(kept, 1)
    if not len(kept) <= count - forged <= len(kept) * _MOST_COPIES:
        raise ValueError(f"{len(kept)} events do not make {count} deliveries")
    for _ in range(count - forged - len(kept)):
        name = luck.choice(kept)
        while copies[name] == _MOST_COPIES:
            name = luck.choice(kept)
        copies[name] += 1
    deliveries = [
        Delivery(name, bodies[name]) for name, times in copies.items() for _ in range(times)
    ]
    kinds = [*_FORGERIES]
    for number in range(forged):
        name = luck.choice(names)
        deliveries.append(Delivery(name, bodies[name], kinds[number % len(kinds)]))
    luck.shuffle(deliveries)
    return Round(deliveries, dropped)


def signature(body: bytes, secret: str, at: int) -> str:
    """The header that proves a body genuine."""
    digest = hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


_Headers = dict[str, str]


def _header(text: str) -> _Headers:
    return {"Stripe-Signature": text}


def _genuine(body: bytes) -> _Headers:
    """As Stripe signs while a secret is being replaced: with either."""
    secret = SECRET if body[-1:] == b"}" and len(body) % 2 else OLD_SECRET
    return _header(signature(body, secret, int(time.time())))


def _at(seconds: int) -> Callable[[bytes], _Headers]:
    return lambda body: _header(signature(body, SECRET, int(time.time()) + seconds))


def _same(body: bytes) -> bytes:
    return body


# What is wrong, with the bytes and the headers that are sent.
_FORGERIES: Mapping[str, tuple[Callable[[bytes], bytes], Callable[[bytes], _Headers]]] = {
    "another secret": (
        _same,
        lambda body: _header(signature(body, "whsec_other", int(time.time()))),
    ),
    "an altered body": (lambda body: body + b" ", _genuine),
    "too old": (_same, _at(-330)),
    "of the future": (_same, _at(330)),
    "no header": (_same, lambda _: {}),
    "another scheme": (
        _same,
        lambda body: _header(signature(body, SECRET, int(time.time())).replace("v1=", "v0=")),
    ),
    "two wrong signatures": (
        _same,
        lambda _: _header(f"t={int(time.time())},v1={'0' * 64},v1={'1' * 64}"),
    ),
    "too large": (lambda body: body + b" " * 300_000, _genuine),
}
