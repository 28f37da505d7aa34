"""What the kit is told of a connector and of the system that it is tried on."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Self

import msgspec
from msgspec import Struct

from connectors.sdk.testing.faults import Fault, Faults
from connectors.sdk.testing.http_faults import HTTP_FAULTS
from connectors.sdk.testing.methods import PAGE, READS
from schema.domain.order import OrderQuery


class ReadSample(Struct, frozen=True, kw_only=True):
    """What can be asked of one method, with an answer that is known in advance.

    `known` are keys that the system knows, best three or more; `unknown` is one of the right form
    that it does not know. `expected` tells of a known key what must stand in its record, by path:
    `{key: {"total": Money(1980, "JPY"), "lines.0.title": "Linen shirt"}}`. `loose` are fields of
    the system's answers whose form says nothing, such as a note.
    """

    known: tuple[Any, ...]
    unknown: Any = None
    expected: Mapping[Any, Mapping[str, Any]] = {}
    loose: frozenset[str] = frozenset()


Arguments = Callable[[Any, str], Awaitable[tuple[Any, ...]]]
"""Makes the arguments of one write, given the connector and a word that no other write has."""


class WriteSample(Struct, frozen=True, kw_only=True):
    """How one write is tried. `effects` counts what the system has noted of such writes.

    `units` is how many such writes the system can take before it has no more to give.
    """

    arguments: Arguments
    effects: Callable[[], int] | None = None
    units: int | None = None


class Samples(Struct, frozen=True, kw_only=True):
    """By method, what can be asked and done. The keys of `order_page` are queries."""

    reads: Mapping[str, ReadSample] = {}
    writes: Mapping[str, WriteSample] = {}

    @classmethod
    def load(cls, content: Mapping[str, Any]) -> Self:
        """Read samples of reads from plain data, such as a file's.

        Raises:
            ValueError: A method or a key is not of the form that is known.
        """
        try:
            return cls(reads={name: _read_sample(name, it) for name, it in content.items()})
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("samples: expected known and unknown keys by method") from error
        except msgspec.ValidationError as error:
            raise ValueError(f"samples: {error}") from None

    def dump(self) -> dict[str, Any]:
        """The samples of reads as plain data, which `load` reads."""
        return {
            name: msgspec.to_builtins(
                {"known": it.known, "unknown": it.unknown, "loose": sorted(it.loose)}
            )
            for name, it in self.reads.items()
        }


class System(Struct, frozen=True, kw_only=True):
    """A system that runs.

    `config` is what the connector needs to reach it; of this, `address` names the key that holds
    its HTTP address, so that the kit can put a proxy in its place. A system that is not reached by
    HTTP has None there, and brings `faults` of its own. `insert` puts a new order among the newest.
    Where `can_write` is False nothing is written. `is_recording` says that it answers nothing but
    what was asked of it once.
    """

    config: Mapping[str, Any]
    address: str | None = "base_url"
    samples: Samples | None = None
    faults: Faults | None = None
    insert: Callable[[], Awaitable[None]] | None = None
    can_write: bool = True
    is_recording: bool = False


class SuiteConfig(Struct, frozen=True, kw_only=True):
    """How the kit tries a connector.

    `system` starts the system; `config` is what its own leaves unsaid; `samples` are needed where
    the system brings none; `faults` are those that it can have. `patience_s` is how long a stalled
    call may take before the kit ends it.
    """

    system: Callable[[], AbstractAsyncContextManager[System]]
    config: Mapping[str, Any] = {}
    samples: Samples = Samples()
    faults: tuple[Fault, ...] = HTTP_FAULTS
    patience_s: float = 0.4


def _read_sample(name: str, content: Mapping[str, Any]) -> ReadSample:
    key: Any = OrderQuery if name == PAGE else READS[name].key
    given = content.get("unknown")
    return ReadSample(
        known=msgspec.convert(content["known"], tuple[key, ...]),
        unknown=None if given is None else msgspec.convert(given, key),
        loose=frozenset(content.get("loose", ())),
    )
