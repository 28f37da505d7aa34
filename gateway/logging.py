"""Logs: to standard error, one JSON object a line, or coloured where a person reads.

What is known is let through, rather than what is secret kept out: a key that is not listed here is
dropped, a foreign library's message loses its arguments, and an error loses its text unless it is
one of ours, whose text holds no value by rule.
"""

import logging
import sys
from collections.abc import Iterator
from pathlib import PurePath
from traceback import StackSummary, walk_tb
from types import TracebackType
from typing import Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from schema.domain.errors import TillgraphError

ALLOWED_KEYS = frozenset(
    {
        *("event", "level", "logger", "timestamp", "error", "frames"),
        *("actor", "trace", "operation", "operation_type", "code", "status", "method", "path"),
        *("source", "connector", "entity", "port", "call", "keys", "rows", "attempt", "retryable"),
        *("payment", "store", "reader", "state", "step", "intent", "refund", "kind"),
        *("host", "address", "file", "problems", "sources", "stores", "signal", "version"),
        *("duration_ms", "latency_ms", "waited_ms", "count", "bytes", "process", "reason"),
    }
)

# Loggers whose arguments say nothing of customers: ours, and the server's own on its life.
_SPOKEN = ("gateway", "connectors", "schema", "uvicorn.error")
_TALKATIVE = ("aiohttp", "aiosqlite", "alembic", "asyncio", "httpx", "stripe", "zeep")
_FRAMES_MAX = 12


Level = Literal["debug", "info", "warning", "error"]
Style = Literal["auto", "json", "console"]


def configure(level: Level = "info", style: Style = "auto", stream: TextIO | None = None) -> None:
    """Send every logger's lines to `stream` (standard error), replacing what was set up before.

    `auto` is for people at a terminal, and JSON everywhere else.
    """
    out = sys.stderr if stream is None else stream
    for_people = style == "console" or (style == "auto" and out.isatty())
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_spoken, structlog.stdlib.ExtraAdder(), *_shared()],
            use_get_message=False,
            pass_foreign_args=True,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _without_values,
                _allowed,
                *_rendered(for_people=for_people, colors=out.isatty()),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
    # What libraries tell of each of their steps is no news, and may quote what they were given.
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    # A request's line holds its query string, and that may hold anything.
    logging.getLogger("uvicorn.access").setLevel(logging.CRITICAL)


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _rendered(*, for_people: bool, colors: bool) -> list[Processor]:
    if for_people:
        return [structlog.dev.ConsoleRenderer(colors=colors)]
    return [structlog.processors.JSONRenderer()]


def _spoken(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Put a message together with its arguments, unless a foreign library wrote it."""
    arguments = event.pop("positional_args")
    if arguments and event["_record"].name.startswith(_SPOKEN):
        event["event"] %= arguments
    return event


def _without_values(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Say of an error its kind and where it was raised; its text only if it is one of ours."""
    given = event.pop("exc_info", None)
    error = sys.exception() if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error"] = " < ".join(_told(error))
        event["frames"] = _frames(error.__traceback__)
    return event


def _told(error: BaseException) -> Iterator[str]:
    """The error and what it came from, outermost first."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        name = type(link).__name__
        yield f"{name}: {link}" if isinstance(link, TillgraphError) else name
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _frames(traceback: TracebackType | None) -> list[str]:
    """The innermost frames, the outermost of them first: file, line and function."""
    summary = StackSummary.extract(walk_tb(traceback), lookup_lines=False)
    return [
        f"{'/'.join(PurePath(frame.filename).parts[-3:])}:{frame.lineno} {frame.name}"
        for frame in summary[-_FRAMES_MAX:]
    ]


def _allowed(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {key: value for key, value in event.items() if key in ALLOWED_KEYS}
