"""What the readers of a store are called: as configured, else as labelled. Pure: no I/O."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from gateway.payments.reader_log import ListedReader, Place


class StoreReaders(Struct, frozen=True):
    """A store's readers: what staff call each, and the provider's id of it.

    `location` is the provider's id of the store; None where it is not checked. `account` is the
    provider's account that owns the readers; None is the default one. `labels` are those of
    `readers` that the provider's labels name rather than the configuration. `ambiguous` are labels
    that several readers bear: none of them is used.
    """

    store: str
    currency: str
    readers: Mapping[str, str]
    location: str | None = None
    account: str | None = None
    labels: frozenset[str] = frozenset()
    ambiguous: Mapping[str, tuple[str, ...]] = {}

    @property
    def place(self) -> Place:
        """Where its readers stand."""
        return Place(self.location, self.account)


class Shadowed(Struct, frozen=True):
    """A reader whose label is the name that the configuration gives to another one."""

    name: str
    device: str


def with_labels(configured: StoreReaders, listed: Sequence[ListedReader]) -> StoreReaders:
    """The readers that are configured, and those that the provider lists under other labels.

    A configured name wins over a label, and a configured reader is not found by its label.
    """
    named: dict[str, list[str]] = {}
    for reader in _unnamed(configured, listed):
        if reader.label and reader.label not in configured.readers:
            named.setdefault(reader.label, []).append(reader.device)
    labelled = {name: of[0] for name, of in named.items() if len(of) == 1}
    return replace(
        configured,
        readers={**configured.readers, **labelled},
        labels=frozenset(labelled),
        ambiguous={name: tuple(sorted(of)) for name, of in named.items() if len(of) > 1},
    )


def shadowed(configured: StoreReaders, listed: Sequence[ListedReader]) -> Sequence[Shadowed]:
    """The readers that cannot be reached because a configured one has their name."""
    return [
        Shadowed(it.label, it.device)
        for it in _unnamed(configured, listed)
        if it.label in configured.readers
    ]


def _unnamed(configured: StoreReaders, listed: Sequence[ListedReader]) -> Sequence[ListedReader]:
    taken = frozenset(configured.readers.values())
    return [it for it in listed if it.device not in taken]
