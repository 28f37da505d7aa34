"""Planning costs no more than the document has bytes."""

from typing import Any

from graphql import ExecutionResult, build_schema, parse, validate
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.execution import Executor
from gateway.execution.plan import FieldPlan

SCHEMA = build_schema("type Query { x: Int y: Int a: Query b: Query }")
LEVELS = 6


class Endless:
    """An object that has whatever is asked for, for ever."""

    x, y = 1, 2

    @property
    def a(self) -> "Endless":
        """Itself again."""
        return self

    b = a


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Fragments that spread fragments: each may double what the one before asks for."""
    spread = st.lists(st.sampled_from("PQ"), min_size=1, max_size=2, unique=True)
    text = "{ ...P0 ...Q0 }"
    for level in range(LEVELS):
        for name in "PQ":
            inner = "x" if level == LEVELS - 1 else ""
            fields = [
                f"{field} {{ y {inner} "
                + " ".join(f"...{it}{level + 1}" for it in draw(spread) if not inner)
                + " }"
                for field in draw(st.lists(st.sampled_from("ab"), min_size=1, max_size=3))
            ]
            text += f" fragment {name}{level} on Query {{ x {' '.join(fields)} }}"
    return text


@settings(max_examples=60)
@given(documents())
def test_planning_is_linear_in_the_documents_bytes(text: str) -> None:
    """A plan is made once for each set of selections, wherever fragments bring it."""
    made: list[Any] = []
    begin = FieldPlan.__init__

    def counted(self: FieldPlan, *given: Any, **named: Any) -> None:
        made.append(self)
        begin(self, *given, **named)

    document = parse(text)
    unused = [it for it in validate(SCHEMA, document) if "never used" not in it.message]
    assert [] == unused
    FieldPlan.__init__ = counted  # type: ignore[method-assign]
    try:
        result = Executor().execute(SCHEMA, document, root_value=Endless())
    finally:
        FieldPlan.__init__ = begin  # type: ignore[method-assign]

    assert isinstance(result, ExecutionResult)
    assert result.errors is None
    assert len(made) <= len(text)
