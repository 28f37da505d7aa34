"""Reads the arguments of a request."""

import re
from datetime import datetime

from lxml import etree

from gateway.demo.oms.envelope import NAMESPACE, OmsFault

BATCH_MAX = 100

_WHOLE = re.compile(r"[0-9]{1,9}")


def texts(request: etree._Element, name: str) -> list[str]:
    """The text of every element of that name."""
    return [element.text or "" for element in elements(request, name)]


def elements(request: etree._Element, name: str) -> list[etree._Element]:
    """Every element of that name."""
    return request.findall(f"{{{NAMESPACE}}}{name}")


def text(request: etree._Element, name: str) -> str | None:
    """The text of the first element of that name; None where it is missing or empty."""
    return request.findtext(f"{{{NAMESPACE}}}{name}") or None


def number(request: etree._Element, name: str, most: int) -> int:
    """A whole number from 1 on.

    Raises:
        OmsFault: It is missing, or none.
    """
    value = text(request, name) or ""
    if not (_WHOLE.fullmatch(value) and 1 <= int(value) <= most):
        raise OmsFault(f"Client.{name[:1].upper()}{name[1:]}", f"{name}: expected 1 to {most}.")
    return int(value)


def moment(request: etree._Element, name: str) -> datetime | None:
    """A local time without a zone, such as 2026-11-20T18:03:11; None where it is missing.

    Raises:
        OmsFault: It is no such time.
    """
    value = text(request, name)
    if value is None:
        return None
    try:
        return datetime.strptime(value, "%Y-%m-%dT%H:%M:%S")  # noqa: DTZ007 - it has no zone
    except ValueError:
        raise OmsFault(
            "Client.Time", f"{name}: expected a time such as 2026-11-20T18:03:11."
        ) from None


def within_batch(count: int) -> None:
    """Refuse a call that asks for too much.

    Raises:
        OmsFault: It asks for more than the OMS reads at once.
    """
    if count > BATCH_MAX:
        raise OmsFault("Client.TooMany", f"At most {BATCH_MAX} keys a call.")
