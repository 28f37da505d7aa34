"""What hypothesis decides, in the words of a generator: fewer and smaller where it shrinks."""

from collections.abc import Sequence
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Choices:
    """Decisions of one example. Each shrinks towards the first option, no, and the least."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def number(self, least: int, most: int) -> int:
        """A number between the two, both included."""
        return self._draw(_numbers(least, most))

    def one_of(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[self._draw(_numbers(0, len(options) - 1))]

    def chance(self, percent: int) -> bool:
        """Yes in so many of a hundred."""
        return self._draw(_numbers(0, 99)) >= 100 - percent

    def some(self, options: Sequence[T], percent: int) -> list[T]:
        """Each of the options with so many chances of a hundred, in their order."""
        return [option for option in options if self.chance(percent)]


@cache
def _numbers(least: int, most: int) -> st.SearchStrategy[int]:
    return st.integers(least, most)
