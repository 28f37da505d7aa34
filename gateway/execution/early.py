"""Answers asked for before the objects they belong to have come."""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

NOT_EACH = "A whole-level resolver must answer once for each of its parents."


def of_each(answer: Any, parents: int) -> Sequence[Any]:
    """What a whole-level resolver answered for each of its parents, or the error of them all."""
    is_several = answer.__class__ is list or isinstance(answer, Sequence)
    if is_several and len(answer) == parents:
        return answer  # type: ignore[no-any-return] # as was seen
    error = answer if isinstance(answer, Exception) else RuntimeError(NOT_EACH)
    return [error] * parents


class Early:
    """A level's answers by the attributes of their parents that it needs.

    Each answer is given once: a value that is used up by reading it serves one place only.
    """

    def __init__(self, needs: tuple[str, ...], carried: Sequence[Any]) -> None:
        self._key = attrgetter(*needs)
        self._keys = [self._key(it) for it in carried]
        self.parents = carried
        self._values: Sequence[Any] = ()
        self._has_come = False
        # By key, for sources that are not those expected; None while all values are left.
        self._left: dict[Any, list[Any]] | None = None
        self._then: Callable[[], None] | None = None

    def came(self, answer: Any) -> None:
        """Take the resolver's answer, or the error that is all its parents'."""
        self._values, self._has_come = of_each(answer, len(self.parents)), True
        if self._then is not None:
            self._then()

    def when_come(self, then: Callable[[], None]) -> None:
        """Call `then` when the answer is there."""
        if self._has_come:
            then()
        else:
            self._then = then

    def of(self, sources: Sequence[Any]) -> tuple[list[Any], list[int]]:
        """The answer of each source, and the numbers of those that nobody asked for.

        An object may turn out to have another key than was expected of it.
        """
        if self._left is None:
            values = self._expected(sources)
            self._left = {}
            if values is not None:
                return values, []
            for key, value in zip(self._keys, self._values, strict=True):
                self._left.setdefault(key, []).append(value)
        values, lacking = [], []
        for number, source in enumerate(sources):
            left = self._of(source, self._left)
            if left:
                values.append(left.pop(0))
            else:
                values.append(None)
                lacking.append(number)
        return values, lacking

    def _expected(self, sources: Sequence[Any]) -> list[Any] | None:
        """The answers of sources that are those expected, in order, each of a key or its first."""
        try:
            keys = list(map(self._key, sources))
        except AttributeError:
            return None
        if keys == self._keys:
            return list(self._values)
        first = dict(zip(reversed(self._keys), reversed(self._values), strict=True))
        if len(keys) == len(first) and keys == list(dict.fromkeys(self._keys)):
            return [first[key] for key in keys]
        return None

    def _of(self, source: Any, left: dict[Any, list[Any]]) -> list[Any] | None:
        try:
            return left.get(self._key(source))
        except (AttributeError, TypeError):  # it has no such key, or one of another kind
            return None
