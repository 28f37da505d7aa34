"""One effect for each key, and its answer for whoever asks again."""

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct

from connectors.stripe_terminal.simulator.refusal import Refusal

_KEEP_S = 86_400
_KEYS_MAX = 20_000
_KEY_LENGTH_MAX = 255


class Reply(Struct, frozen=True):
    """An answer. `is_kept` for its key; `is_lost` on its way to whoever asked first."""

    status: int
    body: bytes
    is_kept: bool = True
    is_lost: bool = False


class _Entry(Struct):
    since: float
    request: Any
    reply: Reply | None = None


class Ledger:
    """The answers by key. The oldest go first when there are too many, or after a day."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._entries: dict[str, _Entry] = {}

    async def once(
        self, key: str, request: Any, perform: Callable[[], Awaitable[Reply]]
    ) -> tuple[Reply, bool]:
        """The answer to a request, and whether it is a repetition.

        Raises:
            Refusal: The key belongs to another request, or to one that is still running.
        """
        if not 0 < len(key) <= _KEY_LENGTH_MAX:
            raise Refusal("Idempotency keys have 1 to 255 characters.", is_kept=False)
        self._forget()
        entry = self._entries.get(key)
        if entry is not None:
            return _kept(entry, request), True
        entry = self._entries[key] = _Entry(self._clock(), request)
        try:
            reply = await perform()
            if reply.is_kept:
                entry.reply = reply
            return reply, False
        finally:
            if entry.reply is None and self._entries.get(key) is entry:
                del self._entries[key]

    def _forget(self) -> None:
        for key, entry in list(self._entries.items()):
            too_old = entry.since + _KEEP_S < self._clock()
            if not too_old and len(self._entries) < _KEYS_MAX:
                return  # the rest is younger
            del self._entries[key]


def _kept(entry: _Entry, request: Any) -> Reply:
    if entry.request != request:
        raise Refusal(
            "Keys for idempotent requests can only be used with the parameters they were first"
            " used with.",
            kind="idempotency_error",
            is_kept=False,
        )
    if entry.reply is None:
        raise Refusal(
            "Another request with this idempotency key is still running.",
            code="idempotency_key_in_use",
            kind="idempotency_error",
            status=409,
            is_kept=False,
        )
    return entry.reply
