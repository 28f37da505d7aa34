"""One effect for each key, and its answer for whoever asks again."""

from collections.abc import Awaitable, Callable

from msgspec import Struct

from connectors.stripe_terminal.simulator.refusal import Refusal

_KEEP_S = 86_400
_KEYS_MAX = 500_000
_KEY_LENGTH_MAX = 255


class Reply(Struct, frozen=True, omit_defaults=True):
    """An answer; `is_kept` for its key."""

    status: int
    body: bytes
    is_kept: bool = True


class Kept(Struct):
    """A key that was used: when, for which request, and what the answer was if there is one yet."""

    since: float
    request: bytes
    reply: Reply | None = None


class Answers:
    """The answers by key. The oldest go first when there are too many, or after a day."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._kept: dict[str, Kept] = {}

    async def once(
        self, key: str, request: bytes, perform: Callable[[], Awaitable[Reply]]
    ) -> tuple[Reply, bool]:
        """The answer to a request, and whether it is a repetition.

        Raises:
            Refusal: The key belongs to another request, or to one that is still running.
        """
        self._forget()
        entry = self._kept.get(key)
        if entry is not None:
            return _repeated(entry, request), True
        entry = self._kept[key] = Kept(self._clock(), request)
        try:
            reply = await perform()
            if reply.is_kept:
                entry.reply = reply
            return reply, False
        finally:
            if entry.reply is None and self._kept.get(key) is entry:
                del self._kept[key]

    def written(self) -> dict[str, Kept]:
        """The keys that are answered, to be written down."""
        return {key: entry for key, entry in self._kept.items() if entry.reply is not None}

    def go_on(self, kept: dict[str, Kept]) -> None:
        """Begin anew, with keys that were written down."""
        self._kept = kept

    def _forget(self) -> None:
        too_old = self._clock() - _KEEP_S
        while self._kept:
            key = next(iter(self._kept))
            if self._kept[key].since >= too_old and len(self._kept) < _KEYS_MAX:
                return  # the rest is younger
            del self._kept[key]


def check_key(key: str) -> None:
    """Refuse a key that is none.

    Raises:
        Refusal: It is empty or too long.
    """
    if not 0 < len(key) <= _KEY_LENGTH_MAX:
        raise Refusal("Idempotency keys have 1 to 255 characters.", is_kept=False)


def _repeated(entry: Kept, request: bytes) -> Reply:
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
