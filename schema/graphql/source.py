"""The systems behind the graph, as clients see them."""

import strawberry

from schema.domain.reference import SourceRef as SourceRefRecord
from schema.domain.scope import SourceGap as SourceGapRecord
from schema.graphql.record import shown_as, shows
from schema.ports.sources import SourceHealth, SourceStatus

strawberry.enum(
    SourceHealth,
    description="What the last calls to a system showed.",
)
shown_as(SourceHealth, SourceHealth)


@strawberry.type(description="A record in one of the systems behind the graph.")
@shows(SourceRefRecord)
class SourceRef:
    """Shows `schema.domain.reference.SourceRef`."""


@strawberry.input(description="A record in one of the systems behind the graph.")
class SourceRefInput:
    """Becomes `schema.domain.reference.SourceRef`."""

    name: str = strawberry.field(description="The system's name in the gateway's configuration.")
    id: str = strawberry.field(description="The record's own id in that system.")

    def record(self) -> SourceRefRecord:
        """The reference as a record."""
        return SourceRefRecord(self.name, self.id)


@strawberry.type(description="Rows of one system that a merged answer lacks.")
@shows(SourceGapRecord)
class SourceGap:
    """Shows `schema.domain.scope.SourceGap`."""


@strawberry.type(description="A system that the gateway stands on.")
@shows(SourceStatus)
class Source:
    """Shows `schema.ports.sources.SourceStatus`."""
