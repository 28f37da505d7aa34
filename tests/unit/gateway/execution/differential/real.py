"""Our own graph, asked whatever can be asked of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, OperationType, parse, validate
from hypothesis import strategies as st

from gateway.execution import Executor
from schema.graphql.schema import core
from tests.unit.gateway.execution.differential.arena import Arena
from tests.unit.gateway.execution.differential.choices import Choices
from tests.unit.gateway.execution.differential.documents import Documents
from tests.unit.gateway.execution.differential.literals import given_for
from tests.unit.gateway.execution.differential.outcome import Execute, Outcome, finished

# When a system was asked, how it stood then: it differs from call to call.
CHANGING = frozenset({"asOf", "state", "since", "latencyMs"})

ALWAYS: Mapping[str, Sequence[Any]] = {
    "String": ("", "none"),
    "ID": ("none",),
    "Int": (1,),
    "Float": (35.0,),
    "Boolean": (False, True),
    "DateTime": ("2026-05-01T00:00:00Z", "2024-01-01T00:00:00+09:00"),
    "first": (1, 2, 3, 0, 101),
    "radiusKm": (5.0, 500.0),
    "latitude": (35.67, 1.3),
    "longitude": (139.76, 103.8),
    "name": ("pos", "crm", "Front counter", "nobody"),
    "after": ("none",),
}


@dataclass(frozen=True)
class Asked:
    """One operation on the graph."""

    text: str
    document: DocumentNode
    name: str | None
    kind: OperationType
    variables: Mapping[str, Any]


@dataclass(frozen=True)
class Graph:
    """The graph as it stands; `events` are the root values of subscriptions."""

    executor: Executor
    context: Callable[[], Any]
    events: Sequence[Any]

    def differences(self, arena: Arena, asked: Asked) -> list[str]:
        """What is different between graphql-core and us."""
        event = None
        if asked.kind is OperationType.SUBSCRIPTION and self.events:
            event = self.events[len(asked.text) % len(self.events)]

        def once(execute: Execute, document: DocumentNode) -> Outcome:
            def begin() -> Any:
                return execute(
                    core(),
                    document,
                    root_value=event,
                    context_value=self.context(),
                    variable_values=dict(asked.variables),
                    operation_name=asked.name,
                )

            return finished(begin, arena.loop, alone=False)

        return arena.contest(self.executor.execute, asked.document, once)


@st.composite
def operations(
    draw: st.DrawFn, words: Mapping[str, Sequence[Any]], fields: int, depth: int
) -> Asked:
    """Any operation but a mutation."""
    choices = Choices(draw)
    writer = Documents(
        choices,
        core(),
        words=words,
        fields=choices.number(3, fields),
        depth=choices.number(2, depth),
        left_out=CHANGING,
        introspects=2,
    )
    document = writer.document([OperationType.QUERY] * 5 + [OperationType.SUBSCRIPTION])
    parsed = parse(document.text)
    problems = validate(core(), parsed)
    assert [] == problems, f"{document.text}\n{problems}"
    name = choices.one_of(list(document.operations))
    variables = given_for(choices, document.operations[name], words, careless=choices.chance(10))
    return Asked(document.text, parsed, name, document.kinds[name], variables)


HARVEST = """{
  orders(first: 8) { edges { cursor node {
    id number source { name id }
    customer { id email phone identities { membershipNumber source { name id } } }
    lines { variant { id sku gtin product { id } } }
  } } }
  stores(first: 3) { edges { cursor node { id code readers { id name } } } }
}"""
"""A document that finds words to ask with."""


def harvested(data: Any, more_ids: Sequence[str] = ()) -> Mapping[str, Sequence[Any]]:
    """Words for arguments: what an answer to `HARVEST` holds, and what is never there."""
    found: dict[str, dict[str, None]] = {"id": dict.fromkeys(more_ids)}

    def gather(value: Any) -> None:
        for it in value if isinstance(value, list) else ():
            gather(it)
        for key, it in value.items() if isinstance(value, dict) else ():
            if isinstance(it, str):
                found.setdefault(key, {})[it] = None
            gather(it)

    gather(data)
    words = {key: [*told, "none"] for key, told in found.items()}
    codes, ids = words["code"], words["id"]
    return {
        **ALWAYS,
        **words,
        "name": [*words["name"], *ALWAYS["name"]],
        "after": words.pop("cursor"),
        "store": codes,
        "stores": codes,
        "customer": ids,
        "ids": ids,
        "ID": ids,
    }
