"""What a field costs, where its type and its resolver do not tell it."""

from msgspec import Struct

COST = "tillgraph_cost"
"""Key in a Strawberry field's metadata under which its `Cost` stands."""


class Cost(Struct, frozen=True):
    """The loads from systems that a field causes, by estimate.

    Attributes:
        weight: Loads for each parent. None: one where a resolver answers with objects, else none.
        slicing: The argument that tells how many rows there are, in place of `first`: one for
            each item of the list that it is given.
        assumed: How many rows there are where no argument tells.
    """

    weight: int | None = None
    slicing: str | None = None
    assumed: int | None = None


FREE = Cost(weight=0)
"""Known from the parent, or from the configuration."""
