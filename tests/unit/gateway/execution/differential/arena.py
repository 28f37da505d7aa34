"""Where two executors answer the same request, one after the other."""

import asyncio
import gc
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from types import TracebackType
from typing import Self

from graphql import DocumentNode

from tests.unit.gateway.execution.differential.case import Case, Request
from tests.unit.gateway.execution.differential.compare import differences
from tests.unit.gateway.execution.differential.executors import (
    core,
    ours,
    telling_all,
    without_spreading,
)
from tests.unit.gateway.execution.differential.outcome import (
    Execute,
    Outcome,
    run,
    run_together,
)

_COLLECT_EVERY = 100


class Arena:
    """An event loop, and a count of what was met in it.

    What becomes garbage is collected where it was made, so that coroutines which nobody awaited
    are told of whoever lost them.
    """

    def __init__(self) -> None:
        self.met: Counter[str] = Counter()
        self.loop = asyncio.new_event_loop()
        self._executor = ours()

    def __enter__(self) -> Self:
        gc.disable()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.close()
        gc.collect()
        gc.enable()

    @property
    def fallbacks(self) -> Mapping[str, int]:
        """How many operations we have handed on whole, by reason."""
        return self._executor.fallbacks

    def compare(self, case: Case) -> list[str]:
        """What is different between graphql-core and us, over all requests of a case."""
        found: list[str] = []
        for number, request in enumerate(case.requests):
            told = self.differences(case, request, self._executor.execute)
            found += [f"request {number}: {it}" for it in told]
        if len(case.requests) > 1 and case.in_loop:
            found += self._together(case)
        self.met["cases"] += 1
        if self.met["cases"] % _COLLECT_EVERY == 0:
            gc.collect()
        return found

    def _together(self, case: Case) -> list[str]:
        """What is different when the requests are under way at once: they share their plans."""
        alone = [run(self._executor.execute, case, it, self.loop) for it in case.requests]
        beside = run_together(self._executor.execute, case, self.loop)
        return [
            f"request {number}, beside another: {it}"
            for number, (one, other) in enumerate(zip(alone, beside, strict=True))
            for it in differences(one, other, tuple)
        ]

    def differences(self, case: Case, request: Request, execute: Execute) -> list[str]:
        """What is different between graphql-core and an executor, with one request."""

        def once(execute: Execute, document: DocumentNode) -> Outcome:
            return run(execute, case, request, self.loop, document)

        return self.contest(execute, case.document, once)

    def contest(
        self,
        execute: Execute,
        document: DocumentNode,
        once: Callable[[Execute, DocumentNode], Outcome],
    ) -> list[str]:
        """What is different; `once` runs an executor on the document, or on one much like it."""
        expected = once(core, document)
        actual = once(execute, document)
        self._count(expected)
        if not expected.errors or all(it.path is None for it in expected.errors):
            return differences(expected, actual, tuple)
        unspread = without_spreading(document)
        possible = cache(lambda: once(telling_all, unspread).errors)
        found = differences(expected, actual, possible)
        # Where nothing but the field itself is null, no error hides another.
        expected = once(core, unspread)
        actual = once(execute, unspread)
        return found + [f"unspread: {it}" for it in differences(expected, actual, possible)]

    def _count(self, outcome: Outcome) -> None:
        self.met["requests"] += 1
        self.met["promised"] += outcome.promised
        self.met["with data"] += outcome.data is not None
        self.met["with errors"] += bool(outcome.errors)
        self.met["raised"] += outcome.raised is not None
