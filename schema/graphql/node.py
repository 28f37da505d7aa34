"""Relay's Node: anything that has an id of its own."""

import strawberry

ID_DESCRIPTION = "Opaque, and the same for ever, also when the thing moves to another system."


@strawberry.interface(description="Anything that has an id of its own.")
class Node:
    """Relay's Global Object Identification."""

    @strawberry.field(description=ID_DESCRIPTION)
    def id(self) -> strawberry.ID:
        """Each type gives its own."""
        raise NotImplementedError
