"""Moments, as people give them at a command line."""

import re
from datetime import UTC, datetime, timedelta

import typer

_AGO = re.compile(r"(\d{1,6})(m|h|d)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def moment(text: str) -> datetime:
    """The moment that was meant: `2026-11-30`, `2026-11-30T09:00+09:00`, or `2h` for so long ago.

    Without a zone it is UTC.
    """
    if ago := _AGO.fullmatch(text):
        return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            "expected a time such as 2026-11-30T09:00, or 90m, 2h, 3d for so long ago"
        ) from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
