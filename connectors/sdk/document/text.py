"""A file's text, bounded."""

from pathlib import Path

from connectors.sdk.document.content import SIZE_MAX
from connectors.sdk.document.problem import ConfigurationError, Problem


def text_of(path: Path) -> str:
    """Read a file of UTF-8, with or without a byte order mark.

    Raises:
        ConfigurationError: It cannot be read, is too large, or is in another encoding.
    """
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_MAX + 1)
    except OSError as error:
        reason = f"cannot be read: {error.strerror or type(error).__name__}"
        raise ConfigurationError(path, [Problem(1, 1, "", reason)]) from error
    if len(content) > SIZE_MAX:
        raise ConfigurationError(path, [Problem(1, 1, "", f"larger than {SIZE_MAX} bytes")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        problem = Problem(line, column, "", "expected UTF-8")
        raise ConfigurationError(path, [problem]) from error
