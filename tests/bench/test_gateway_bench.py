"""The servers that are measured side by side answer the same, from the same graph."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
)

from schema.graphql.schema import sdl
from tests.bench.measurement import Measurement
from tests.bench.stock.app import schema as stock
from tests.bench.workload import QUERIES

ROOT = Path(__file__).parents[2]
TRIO = ("ours", "handwritten", "stock")


def _parts(schema: GraphQLSchema) -> Iterator[tuple[str, str]]:
    """Every type, field, argument and value of a schema, with what it is."""
    for name, it in schema.type_map.items():
        if name.startswith("__"):
            continue
        yield name, type(it).__name__
        match it:
            case GraphQLObjectType() | GraphQLInterfaceType():
                for field, of in it.fields.items():
                    yield f"{name}.{field}", str(of.type)
                    yield from (
                        (f"{name}.{field}({key})", str(a.type)) for key, a in of.args.items()
                    )
            case GraphQLInputObjectType():
                yield from ((f"{name}.{key}", str(of.type)) for key, of in it.fields.items())
            case GraphQLEnumType():
                yield from ((f"{name}.{key}", "a value") for key in it.values)
            case _:
                pass


def test_stock_strawberry_has_a_part_of_our_graph() -> None:
    """By the printed schemas: what it has, it has under the same names, of the same types."""
    ours = dict(_parts(build_schema(sdl())))
    theirs = dict(_parts(build_schema(stock.as_str())))

    assert {} == {name: it for name, it in theirs.items() if ours.get(name) != it}


@pytest.mark.long
@pytest.mark.timeout(120)
def test_the_short_form_compares_and_measures_everything(tmp_path: Path) -> None:
    """Every server answers every query as the others do, and something is found of each."""
    file = tmp_path / "found.json"
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "tests.bench.gateway", "--short"),
            *("--implementations", ",".join(TRIO), "--json", str(file)),
        ],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert 0 == ended.returncode, ended.stderr
    found = msgspec.json.decode(file.read_bytes(), type=Measurement)
    everything = {(server, query) for server in TRIO for query in QUERIES}
    assert everything == {(it.implementation, it.query) for it in found.cells}
    assert everything == {(it.implementation, it.query) for it in found.waits}
    assert all(it.outcome.requests > 0 for it in found.cells)
    # The kernel counts hundredths of a second, of which a small answer may take none.
    assert all(it.cpu_ms > 0 for it in found.cells if it.query == "joined")
