"""What the resolvers of one run answer: a function of the place alone, never of who came first."""

from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, TypeVar

from graphql import GraphQLError, GraphQLObjectType, GraphQLSchema

T = TypeVar("T")

MOODS: Mapping[str, int] = {
    "nulls": 12,  # null where it may be, and sometimes where it may not
    "raises": 8,
    "returned": 5,  # an exception as a value
    "wrong": 5,  # a value that is not of the type
    "types": 8,  # a wrong answer to which type it is
    "awaits": 30,
    "slow": 50,  # promises that take their time
    "streams": 35,  # lists that are iterated once, asynchronous ones too
    "calls": 25,  # functions among the data
    "shared": 30,  # one object at many places
    "same": 90,  # hardly any other
    "mixed": 60,  # objects of several classes side by side
    "bare": 15,  # objects that do not tell their type
}
"""What may be awkward, and in how many of a hundred places it then is."""

UNEXPECTED = (ValueError, KeyError, RuntimeError, LookupError)


class World:
    """The context of one run. `calls` counts what ordinary resolvers were asked, by path."""

    def __init__(
        self, schema: GraphQLSchema, seed: int, moods: Sequence[str], selected: frozenset[str]
    ) -> None:
        self.schema = schema
        self.selected = selected
        self.calls: Counter[tuple[str | int, ...]] = Counter()
        self.effects: list[str] = []
        self.kept: dict[str, Any] = {}
        self._moods = frozenset(moods)
        self._key = f"{seed}".encode()

    def number(self, aspect: str, place: str) -> int:
        """A number of 64 bits for an aspect of a place."""
        digest = blake2b(f"{aspect}:{place}".encode(), digest_size=8, key=self._key).digest()
        return int.from_bytes(digest, "big")

    def pick(self, aspect: str, place: str, options: Sequence[T]) -> T:
        """One of the options."""
        return options[self.number(aspect, place) % len(options)]

    def happens(self, mood: str, place: str) -> bool:
        """Whether a place is awkward in one way."""
        return mood in self._moods and self.number(mood, place) % 100 < MOODS[mood]

    def turns(self, place: str) -> int:
        """For how many turns of the event loop a promise is open."""
        return self.number("turns", place) % 4 if self.happens("slow", place) else 0

    def error(self, place: str) -> Exception:
        """What is wrong at a place."""
        kind = self.number("error", place) % 6
        if kind < len(UNEXPECTED):
            return UNEXPECTED[kind](f"at {place}")
        return GraphQLError(f"said at {place}", extensions={"code": kind})

    def runtime_type(self, known: str | None, place: str, abstract: str) -> Any:
        """What a type resolver answers; `known` is the truth."""
        if not self.happens("types", f"{place}?{abstract}"):
            return known
        options: list[Any] = [None, "Nowhere", "Colour", "Query", 5, abstract, known]
        options += sorted(
            name for name, it in self.schema.type_map.items() if isinstance(it, GraphQLObjectType)
        )[-3:]
        answer = self.pick("type", place, [*options, ValueError])
        if answer is ValueError:
            raise ValueError(f"no type at {place}")
        return answer

    def is_type_of(self, known: str | None, place: str, name: str) -> Any:
        """What `is_type_of` of the named type answers."""
        if not self.happens("types", f"{place}!{name}"):
            return known == name
        answer = self.pick("is", place, [False, True, None, 1, ValueError])
        if answer is ValueError:
            raise ValueError(f"who knows at {place}")
        return answer
