"""Objects, lists and promises of every class that a resolver may return."""

import asyncio
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping
from functools import cache
from typing import Any

from typing_extensions import override

KIND, PLACE = "kind_", "place_"


class Promise:
    """Something to await that is no coroutine. It may never be awaited, or twice."""

    def __init__(self, turns: int, make: Callable[[], Any]) -> None:
        self._turns = turns
        self._make = make

    def __await__(self) -> Generator[Any, None, Any]:
        """Make the value when it is time."""
        for _ in range(self._turns):
            yield from asyncio.sleep(0).__await__()
        return self._make()


class Thing:
    """Attributes that are made when they are read; reading may fail."""

    def __init__(self, read: Callable[[str], Any], kind: str, place: str, told: Any) -> None:
        self._read = read
        self.kind_ = kind
        self.place_ = place
        self.__typename = told  # read by graphql-core

    def __getattr__(self, name: str) -> Any:
        if name.endswith("_") or name.startswith("_"):
            raise AttributeError(name)
        return self._read(name)


class Plain:
    """Attributes that are there from the start."""

    def __init__(self, fields: dict[str, Any], kind: str, place: str, told: Any) -> None:
        self.__dict__.update(fields)
        self.kind_ = kind
        self.place_ = place
        self.__typename = told  # read by graphql-core


class Called(Plain):
    """An object that could be called, and is none the less an object."""

    def __call__(self, *_: Any, **__: Any) -> str:
        """Answer where an object was wanted."""
        return "called"


class Known(Plain):
    """An object whose class alone says its type."""


@cache
def known_class(kind: str) -> type[Known]:
    """The class of such objects of one type."""
    return type(f"Known{kind}", (Known,), {})


class Bare(Plain):
    """An object that tells nobody its type."""

    def __init__(self, fields: dict[str, Any], kind: str, place: str, _: Any) -> None:
        super().__init__(fields, kind, place, None)


class Record(Mapping[str, Any]):
    """A mapping that is no dictionary, whose entries are made when they are read."""

    def __init__(self, read: Callable[[str], Any], known: dict[str, Any]) -> None:
        self._read = read
        self._known = known

    @override
    def __getitem__(self, name: str) -> Any:
        if name in self._known:
            return self._known[name]
        if name.startswith("_"):
            raise KeyError(name)
        return self._read(name)

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    @override
    def __len__(self) -> int:
        return len(self._known)

    __hash__ = None  # type: ignore[assignment]


class Items(dict[str, Any]):
    """A dictionary of a class of its own."""

    @override
    def get(self, name: str, default: Any = None) -> Any:
        """An entry; what is missing is found elsewhere."""
        return super().get(name, "elsewhere" if name == "count" else default)


class OnlyIterable:
    """It can be iterated again and again, and nothing else."""

    def __init__(self, items: Callable[[], Iterator[Any]]) -> None:
        self._items = items

    def __iter__(self) -> Iterator[Any]:
        return self._items()


class OnlyAsyncIterable:
    """The same, asynchronously."""

    def __init__(self, items: Callable[[], AsyncIterator[Any]]) -> None:
        self._items = items

    def __aiter__(self) -> AsyncIterator[Any]:
        return self._items()


def kind_of(source: Any) -> str | None:
    """The type of an object that one of us has made."""
    found = source.get(KIND) if isinstance(source, Mapping) else getattr(source, KIND, None)
    return found if isinstance(found, str) else None


def place_of(source: Any) -> str:
    """The place of such an object."""
    found = source.get(PLACE) if isinstance(source, Mapping) else getattr(source, PLACE, None)
    return found if isinstance(found, str) else f"({type(source).__name__})"
