"""The form of what records hold: money, times, text, and what is known to stand there."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta

from connectors.sdk.testing.bench import Bench
from connectors.sdk.testing.fact import NotApplicableError, require
from connectors.sdk.testing.methods import ReadMethod
from connectors.sdk.testing.suites.batch import healthy
from connectors.sdk.testing.values import Leaf, leaves
from schema.domain.money import Money

_CURRENCY = re.compile(r"[A-Z]{3}")
_AHEAD = timedelta(days=1)  # of clocks; what a record tells of lies in the past, `until` aside
_FUTURE = ("until", "valid_from", "valid_until")


async def money_is_exact(bench: Bench, method: ReadMethod) -> None:
    """Amounts are whole minor units of a currency of ISO 4217."""
    for path, value in await _leaves(bench, method):
        if isinstance(value, Money):
            # A connector may be untyped, so what the type promises is looked at.
            require(type(value.minor) is int, f"{path}: no whole number of minor units")
            require(_CURRENCY.fullmatch(value.currency), f"{path}: no currency code")
        require(not isinstance(value, float) or "location" in path, f"{path}: inexact")


async def times_are_utc(bench: Bench, method: ReadMethod) -> None:
    """Times bear UTC, and what has happened does not lie in the future."""
    latest = datetime.now(UTC) + _AHEAD
    for path, value in await _leaves(bench, method):
        if isinstance(value, datetime):
            require(value.utcoffset() == timedelta(), f"{path}: not in UTC")
            future = path.rpartition(".")[2] in _FUTURE
            require(future or value <= latest, f"{path}: lies in the future")


async def text_is_whole(bench: Bench, method: ReadMethod) -> None:
    """Text is what people wrote: no padding, no control characters, no other encoding's letters."""
    for path, value in await _leaves(bench, method):
        if isinstance(value, str):
            require(value == value.strip(), f"{path}: padded")
            odd = any(unicodedata.category(it) in {"Cc", "Cs"} or it == "\ufffd" for it in value)
            require(not odd, f"{path}: has characters that nobody writes")
            require(not _is_misread(value), f"{path}: read in another encoding than it was written")


async def values_are_expected(bench: Bench, method: ReadMethod) -> None:
    """Records hold what the system is known to hold."""
    sample = bench.read_sample(method.name)
    if not sample.expected:
        raise NotApplicableError(f"no sample tells what the records of {method.name} hold")
    found = await healthy(bench, bench.connector(), method, sample)
    for key, expected in sample.expected.items():
        held = dict(leaves(found[key]))
        for path, value in expected.items():
            require(path in held and held[path] == value, f"{path}: another value than expected")


async def _leaves(bench: Bench, method: ReadMethod) -> list[Leaf]:
    sample = bench.read_sample(method.name)
    found = await healthy(bench, bench.connector(), method, sample)
    return [leaf for value in found.values() for leaf in leaves(value, method.name)]


def _is_misread(text: str) -> bool:
    """Whether the text is UTF-8 that was read one byte at a time."""
    try:
        return not text.isascii() and text.encode("cp1252").decode() != text
    except UnicodeError:
        return False


REPLAYABLE = (money_is_exact, times_are_utc, text_is_whole, values_are_expected)
