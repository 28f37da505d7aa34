"""All that a connector says in logs and errors, to look for what it must not."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from typing_extensions import override


class Overheard(logging.Handler):
    """Takes in every log line of the process, and the errors that it is given."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._texts: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Take in a log line."""
        self._texts.append(record.getMessage())
        if record.exc_info and record.exc_info[1] is not None:
            self.error(record.exc_info[1])

    def error(self, error: BaseException | None) -> None:
        """Take in an error, with all that a traceback would show of its causes."""
        while error is not None:
            self._texts += (str(error), repr(error), *getattr(error, "__notes__", ()))
            hidden = error.__suppress_context__
            error = error.__cause__ or (None if hidden else error.__context__)

    def tells_any(self, values: Iterable[str]) -> bool:
        """Whether one of the values stands anywhere in what was said."""
        said = "\n".join(self._texts).casefold()
        return any(value.casefold() in said for value in values)


@contextmanager
def overhearing() -> Iterator[Overheard]:
    """Listen to every logger while the block runs."""
    handler, root = Overheard(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield handler
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
