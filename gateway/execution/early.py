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
        self._answers: dict[Any, list[Any]] = {}
        self._has_come = False
        self._then: Callable[[], None] | None = None

    def came(self, answer: Any) -> None:
        """Take the resolver's answer, or the error that is all its parents'."""
        values = of_each(answer, len(self.parents))
        for key, value in zip(self._keys, values, strict=True):
            self._answers.setdefault(key, []).append(value)
        self._has_come = True
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
        values, lacking = [], []
        for number, source in enumerate(sources):
            left = self._left(source)
            if left:
                values.append(left.pop(0))
            else:
                values.append(None)
                lacking.append(number)
        return values, lacking

    def _left(self, source: Any) -> list[Any] | None:
        try:
            return self._answers.get(self._key(source))
        except (AttributeError, TypeError):  # it has no such key, or one of another kind
            return None
