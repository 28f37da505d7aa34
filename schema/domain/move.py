"""Records that have moved from one system to another."""

from msgspec import Struct

from schema.domain.reference import SourceRef


class Move(Struct, frozen=True):
    """A record of `kind` (Order, Customer …) that lived under `old` and lives under `new` now."""

    kind: str
    old: SourceRef
    new: SourceRef
