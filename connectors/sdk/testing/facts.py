"""Which facts are to be proved of a connector: those of the methods that its class has."""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from connectors.sdk.claims import methods, offered
from connectors.sdk.registry import ConnectorType
from connectors.sdk.testing.fact import Fact, Prove
from connectors.sdk.testing.faults import Fault
from connectors.sdk.testing.methods import ORDERS_OF, PAGE, READS
from connectors.sdk.testing.suites import (
    batch,
    bounds,
    declaration,
    failure,
    form,
    pages,
    reference,
    silence,
    writing,
)
from connectors.sdk.testing.suites.ask import PROBE

_SPACE = re.compile(r"\s+")


def facts(kind: ConnectorType, faults: Sequence[Fault]) -> tuple[Fact, ...]:
    """Every fact of a connector, on a system that can have these faults."""
    return tuple(_facts(kind.cls, faults))


def _facts(cls: type[Any], faults: Sequence[Fault]) -> Iterator[Fact]:
    yield _fact(declaration.manifest_is_true, replayable=True)
    yield _fact(declaration.probe_succeeds, replayable=True)
    yield _fact(declaration.starts_without_its_system)
    reads = [name for name in READS if hasattr(cls, name)]
    for name in reads:
        yield from _of_every_keyed(name)
    if ORDERS_OF in reads and hasattr(cls, "finds_orders_by"):
        yield _fact(reference.reference_is_enough, ORDERS_OF)
    if hasattr(cls, PAGE):
        reads.append(PAGE)
        yield from (_fact(prove, PAGE, replayable=True) for prove in pages.REPLAYABLE)
        yield from (_fact(prove, PAGE) for prove in pages.OTHERS)
    for name in (PROBE, *reads):
        yield from _of_every_read(name, faults)
    for name in writes(cls):
        yield from _of_every_write(name, faults)


def writes(cls: type[Any]) -> tuple[str, ...]:
    """The writes that a class has, except those of a payment provider, which has its own tests."""
    ports = sorted(offered(cls) - {"ReaderRegistry", "ReaderTaskDriver", "TerminalDriver"})
    return tuple(name for port in ports for name in methods(port, writes=True))


def _of_every_keyed(name: str) -> Iterator[Fact]:
    proofs: tuple[Prove, ...] = (*batch.REPLAYABLE, *form.REPLAYABLE)
    for prove in proofs:
        yield _fact(partial(prove, method=READS[name]), name, replayable=True)
    for prove in batch.OTHERS:
        yield _fact(partial(prove, method=READS[name]), name)


def _of_every_read(name: str, faults: Sequence[Fault]) -> Iterator[Fact]:
    for prove in bounds.FACTS if name != PROBE else ():
        yield _fact(partial(prove, name=name), name, needs_faults=True)
    for fault in faults:
        yield _fault_fact(partial(failure.fails_rightly, name=name, fault=fault), name, fault)
    for prove in (
        failure.drifts_on_a_changed_field,
        failure.drifts_on_a_missing_field,
        silence.nothing_personal_is_told,
    ):
        yield _fact(partial(prove, name=name), name, needs_faults=True)


def _of_every_write(name: str, faults: Sequence[Fault]) -> Iterator[Fact]:
    for prove in writing.FACTS:
        yield _fact(partial(prove, name=name), name)
    for fault in faults:
        yield _fault_fact(partial(writing.write_fails_rightly, name=name, fault=fault), name, fault)


def _fault_fact(prove: Any, method: str, fault: Fault) -> Fact:
    statement = f"Where {fault.what}: {_statement(prove.func)}"
    return Fact(f"{method}_fault_{fault.name}", statement, prove, needs_faults=True)


def _fact(
    prove: Any, method: str = "", *, replayable: bool = False, needs_faults: bool = False
) -> Fact:
    function = getattr(prove, "func", prove)
    name = "_".join(filter(None, (method, function.__name__)))
    return Fact(name, _statement(function), prove, replayable=replayable, needs_faults=needs_faults)


def _statement(function: Any) -> str:
    return _SPACE.sub(" ", function.__doc__ or "").strip()
