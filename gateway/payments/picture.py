"""The table of states as a picture, and the page that holds it."""

from collections.abc import Iterator
from typing import Final

from gateway.payments.states import FINAL, State, edges

BEGIN: Final = "<!-- begin: tillgraph payments states -->"
END: Final = "<!-- end: tillgraph payments states -->"


def picture() -> str:
    """The states as a Mermaid diagram, in the order of their definition."""
    return "\n".join(_lines()) + "\n"


def placed(page: str) -> str:
    """The page with the picture between its two marks.

    Raises:
        ValueError: It has no such marks.
    """
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"it lacks the marks {BEGIN} and {END}")
    return f"{head}{BEGIN}\n\n```mermaid\n{picture()}```\n\n{END}{tail}"


def _lines() -> Iterator[str]:
    yield "stateDiagram-v2"
    yield f"    [*] --> {State.NEW.name}"
    for state, event, reached in edges():
        yield f"    {state.name} --> {reached.name}: {event.value}"
    for state in State:
        if state in FINAL:
            yield f"    {state.name} --> [*]"
