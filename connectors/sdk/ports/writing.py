"""Marks the methods of ports that change something in a system."""

from collections.abc import Callable
from typing import Any, TypeVar

Method = TypeVar("Method", bound=Callable[..., Any])

_MARK = "__changes_something__"


def write(method: Method) -> Method:
    """Mark a port's method as a write: the same idempotency key twice is one effect."""
    setattr(method, _MARK, True)
    return method


def is_write(method: object) -> bool:
    """Whether a port's method bears the mark."""
    return getattr(method, _MARK, False) is True
