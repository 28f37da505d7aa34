"""The systems the gateway stands on."""

from collections.abc import Sequence

from gateway.engine.source import Source
from schema.ports.sources import SourceStatus


class SourceDirectory:
    """Implements `schema.ports.sources.Sources`."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources

    def status(self) -> Sequence[SourceStatus]:
        """See `Sources.status`."""
        return [source.status for source in self._sources]
