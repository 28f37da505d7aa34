"""A document that may be run, and what each of its operations may not ask for."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode

from gateway.execution.limits import Check, Excess, Limits
from gateway.execution.measure import Measure, Measures
from gateway.execution.weights import Weigh
from gateway.http.errors import OverLimit, RequestErrors, TooDeep, told
from gateway.http.settings import LimitSettings

log = logging.getLogger(__name__)


class Known:
    """A valid document. Each of its operations is measured once, when it is first asked for."""

    __slots__ = ("_checks", "_limits", "_measures", "_settings", "_tokens", "_told", "document")

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, settings: LimitSettings, weigh: Weigh
    ) -> None:
        self.document = document
        self._settings = settings
        self._limits = Limits(
            depth=settings.depth,
            aliases=settings.aliases,
            directives=settings.directives,
            root_fields=settings.root_fields,
            list_size=settings.list_size,
            cost=settings.cost,
        )
        self._tokens: tuple[Excess, ...] = ()
        if document.token_count > settings.tokens:  # so they are only warned of
            self._tokens = (Excess("tokens", document.token_count, settings.tokens),)
        self._measures = Measures(schema, document, weigh)
        self._checks: dict[str | None, Check] = {}
        self._told: dict[str | None, Mapping[str, Any]] = {}

    def check(
        self,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any] | None,
        trace: str,
    ) -> Mapping[str, Any]:
        """What an answer's `extensions` tell of an operation's cost. Others may hold it as well.

        Args:
            operation: One of the document's.
            variables: As the client sent them.
            trace: The request's id.

        Raises:
            RequestErrors: It exceeds limits; there is an error for each of them.
        """
        name = operation.name.value if operation.name else None
        if (known := self._told.get(name)) is not None:
            return known
        if (check := self._checks.get(name)) is None:
            check = self._checks[name] = Check(self._measure(operation, trace), self._limits)
        cost, excesses = check.settled or check.under(variables)
        if beyond := self._tokens + excesses:
            return self._exceeded(cost, beyond, trace)
        extensions = self._cost(cost)
        if check.settled:
            self._told[name] = extensions
        return extensions

    def _measure(self, operation: OperationDefinitionNode, trace: str) -> Measure:
        try:
            return self._measures.of(operation)
        except RecursionError as error:
            raise RequestErrors([told(TooDeep(), trace)]) from error

    def _exceeded(self, cost: int, excesses: Sequence[Excess], trace: str) -> Mapping[str, Any]:
        if self._settings.mode == "enforce":
            raise RequestErrors([told(OverLimit(*it), trace) for it in excesses])
        beyond = ", ".join(f"{it.limit} {it.asked} of {it.allowed}" for it in excesses)
        log.warning("an operation exceeds limits", extra={"trace": trace, "reason": beyond})
        return {**self._cost(cost), "limits": [it._asdict() for it in excesses]}

    def _cost(self, cost: int) -> Mapping[str, Any]:
        if not self._settings.tell_cost:
            return {}
        return {"cost": {"requested": cost, "limit": self._limits.cost}}
