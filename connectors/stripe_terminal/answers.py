"""Stripe's answers. The one place where Stripe's errors become ours."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import stripe

from connectors.sdk.context import CallContext
from connectors.stripe_terminal.errors import translated
from connectors.stripe_terminal.transport import serving
from schema.domain.errors import OutcomeUnknown, SchemaDrift

T = TypeVar("T")

# What the package raises on JSON in another form than Stripe's: a proxy's {"error": "…"}, say.
_STUMBLES = (AttributeError, KeyError, TypeError)


async def answered(
    ctx: CallContext,
    send: Callable[[], Awaitable[Any]],
    form: Callable[[Any], T],
    *,
    write: bool = False,
) -> T:
    """Send, and read the answer; Stripe's errors become ours here and nowhere else.

    Stripe's error is not chained: its text quotes keys, bodies and what was sent.
    """
    with serving(ctx):
        try:
            found = await send()
        except stripe.StripeError as error:
            raise translated(error, write=write) from None
        except _STUMBLES as error:
            lost = OutcomeUnknown if write else SchemaDrift
            raise lost(f"the answer is not Stripe's: {type(error).__name__}") from None
    try:
        return form(found)
    except SchemaDrift as error:
        if not write:
            raise
        # It was done; what came of it can only be learnt by reading.
        raise OutcomeUnknown(str(error)) from error


def content_of(found: Any) -> dict[str, Any]:
    """The object that an answer must be.

    Raises:
        SchemaDrift: It is none.
    """
    if isinstance(found, stripe.StripeObject):
        return found.to_dict()
    content = found.data if isinstance(found, stripe.StripeResponse) else None
    if not isinstance(content, dict):
        raise SchemaDrift("the answer: expected an object")
    return content


def rows_of(found: Any, kind: str = "list") -> tuple[bool, list[dict[str, Any]]]:
    """Whether there are more rows, and those of the page of this kind that an answer must be.

    Raises:
        SchemaDrift: It is none.
    """
    content = content_of(found)
    rows = content.get("data")
    if content.get("object") != kind or not isinstance(rows, list):
        raise SchemaDrift(f"the answer: expected a {kind}")
    if not all(isinstance(row, dict) for row in rows):
        raise SchemaDrift("the answer: expected objects in its list")
    return content.get("has_more") is True, rows
