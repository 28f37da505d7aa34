"""Executes GraphQL operations breadth first: each field once per level, for all its parents.

Knows graphql-core, and nothing of commerce.
"""

from gateway.execution.executor import Executor
from gateway.execution.sources import Attribute, Level, LookUp

__all__ = ["Attribute", "Executor", "Level", "LookUp", "execute", "fallbacks"]

_executor = Executor()
execute = _executor.execute
"""Executes an operation with nothing known but its schema; see `Executor.execute`."""
fallbacks = _executor.fallbacks
