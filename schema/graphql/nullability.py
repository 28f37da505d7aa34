"""`@semanticNonNull`: null only where there is an error."""

import strawberry
from strawberry.schema_directive import Location


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="semanticNonNull",
    description="The field is null only where the answer has an error for it.",
)
class SemanticNonNull:
    """Marks a nullable field whose null can only mean an error."""
