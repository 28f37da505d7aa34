"""Times as systems write them. Pure: no I/O, no clock."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from connectors.declarative.conversion import Convert, UnfitError, decimal_number

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 64  # characters
_YEARS = range(1970, 9000)  # systems write others for "none", and their arithmetic has no end
# Directives that a pattern reads: strptime takes ten times as long, and pages have many times.
_DIGITS = {"%Y": 4, "%m": 2, "%d": 2, "%H": 2, "%M": 2, "%S": 2}
_ORDER = ("%Y", "%m", "%d", "%H", "%M", "%S")
_DIRECTIVE = re.compile(r"%.")


def moment(form: str, zone: tzinfo | None) -> Convert:
    """A moment in UTC; `zone` is that of texts that name none."""
    if form in {"epoch_s", "epoch_ms"}:
        return _since_epoch(1_000_000 if form == "epoch_s" else 1_000)
    parse = _parser(form)

    def convert(value: Any) -> datetime | None:
        if isinstance(value, datetime):
            found = value
        else:
            written = _written(value)
            if not written:
                return None
            found = parse(written)
        if found.year not in _YEARS:
            raise UnfitError("expected a time of this age")
        if found.tzinfo is None:
            if zone is None:
                raise UnfitError("expected a time with its zone")
            found = found.replace(tzinfo=zone)
        return found.astimezone(UTC)

    return convert


def day(form: str) -> Convert:
    """A date, in whatever zone the system means."""
    parse = _parser(form)

    def convert(value: Any) -> date | None:
        if isinstance(value, date):
            return value.date() if isinstance(value, datetime) else value
        written = _written(value)
        return parse(written).date() if written else None

    return convert


def writer(form: str, zone: tzinfo) -> Callable[[datetime], Any]:
    """How a moment is written into a request. Fractions that the form lacks are cut off."""
    if form == "iso":
        return lambda value: _local(value, zone).isoformat().replace("+00:00", "Z")
    if form == "epoch_s":
        return lambda value: (value - _EPOCH) // timedelta(seconds=1)
    if form == "epoch_ms":
        return lambda value: (value - _EPOCH) // timedelta(milliseconds=1)
    return lambda value: _formatted(_local(value, zone), form)


def _local(value: datetime, zone: tzinfo) -> datetime:
    # At the ends of all dates, a few hours more or less find the same.
    try:
        return value.astimezone(zone)
    except OverflowError:
        return value.replace(tzinfo=zone)


def _formatted(value: datetime, form: str) -> str:
    # Where a year has fewer digits, strftime leaves out the zeros that readers expect.
    year = f"{value.year:04d}"
    return value.strftime(_DIRECTIVE.sub(lambda it: year if it[0] == "%Y" else it[0], form))


def _since_epoch(microseconds: int) -> Convert:
    def convert(value: Any) -> datetime | None:
        number = decimal_number(value)
        if number is None:
            return None
        try:
            found = _EPOCH + timedelta(microseconds=int(number * microseconds))
        except OverflowError:
            raise UnfitError("expected a time of this age") from None
        if found.year not in _YEARS:
            raise UnfitError("expected a time of this age")
        return found

    return convert


def _written(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise UnfitError("expected a time as text")
    return value.strip()


def _parser(form: str) -> Callable[[str], datetime]:
    if form == "iso":
        return _iso
    directives = _DIRECTIVE.findall(form)
    if "%f" not in form and sorted(directives) == sorted(set(directives) & _DIGITS.keys()):
        return _by_pattern(form, directives)

    def parse(written: str) -> datetime:
        try:
            return datetime.strptime(written, form)  # noqa: DTZ007 - the zone is set by the caller
        except ValueError:
            raise UnfitError(f"expected a time of the form {form}") from None

    return parse


def _by_pattern(form: str, directives: list[str]) -> Callable[[str], datetime]:
    literals = [re.escape(it) for it in _DIRECTIVE.split(form)]
    groups = [f"([0-9]{{{_DIGITS[it]}}})" for it in directives]
    pattern = re.compile(
        "".join(part for pair in zip(literals, [*groups, ""], strict=True) for part in pair)
    )
    places = [directives.index(it) if it in directives else None for it in _ORDER]

    def parse(written: str) -> datetime:
        match = pattern.fullmatch(written)
        try:
            parts = match.groups() if match else ()
            year, month, day_, hour, minute, second = (
                0 if at is None else int(parts[at]) for at in places
            )
            return datetime(year, month, day_, hour, minute, second)  # noqa: DTZ001 - as above
        except (IndexError, ValueError):
            raise UnfitError(f"expected a time of the form {form}") from None

    return parse


def _iso(written: str) -> datetime:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        raise UnfitError("expected a time of ISO 8601") from None
