"""What Stripe's messages are about. Of all that they say, only ids are read."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from connectors.sdk.reading import drift
from connectors.sdk.terminal import ProviderEvent
from schema.domain.errors import Rejected

# No id of Stripe's is near that long; what is kept of a message must fit a database of any kind.
_Name = Annotated[str, Meta(pattern=r"^[\x21-\x7e]{1,255}\Z")]
_Second = Annotated[int, Meta(ge=0, le=253_402_300_799)]


class _Ref(Struct):
    id: _Name


_Link = _Name | _Ref | None


class _About(Struct):
    payment_intent: _Link = None
    setup_intent: _Link = None
    refund: _Link = None


class _Action(Struct):
    """A reader's action; what it is about stands under its type."""

    type: str = ""
    process_payment_intent: _About | None = None
    collect_payment_method: _About | None = None
    confirm_payment_intent: _About | None = None
    process_setup_intent: _About | None = None
    refund_payment: _About | None = None

    def about(self) -> _About:
        """What the action is about."""
        found = (
            self.process_payment_intent
            or self.collect_payment_method
            or self.confirm_payment_intent
            or self.process_setup_intent
            or self.refund_payment
        )
        return found or _About()


class _Thing(Struct):
    object: str = ""
    id: _Name | None = None
    payment_intent: _Link = None
    setup_intent: _Link = None
    action: _Action | None = None


class _Data(Struct):
    object: _Thing


class _Event(Struct):
    object: Literal["event"]
    id: _Name
    type: _Name
    created: _Second
    data: _Data
    account: _Name | None = None


# What customers have entered stands in these.
_INPUTS = "collect_inputs"
_DECODER = msgspec.json.Decoder(_Event)


def provider_event(body: bytes) -> ProviderEvent:
    """Read a message's bytes: what it is about, to be read again.

    Raises:
        Rejected: It is not JSON.
        SchemaDrift: It has a form that we do not know.
    """
    try:
        event = _DECODER.decode(body)
    except msgspec.ValidationError:
        # What the package says of a value may quote it.
        raise drift("event", "not a message of a known form") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Rejected("the webhook is not JSON", reason="body") from None
    return _told(event)


def listed_event(content: Mapping[str, Any]) -> ProviderEvent:
    """Read a row of Stripe's list of events: it is what a message of it would be.

    Raises:
        SchemaDrift: It has a form that we do not know.
    """
    try:
        event = msgspec.convert(content, _Event)
    except msgspec.ValidationError:
        raise drift("event", "not a message of a known form") from None
    return _told(event)


def _told(event: _Event) -> ProviderEvent:
    """What an event is about, to be read again."""
    thing = event.data.object
    is_reader = thing.object == "terminal.reader"
    about = thing.action.about() if is_reader and thing.action else _said_by(thing)
    return ProviderEvent(
        id=event.id,
        kind=event.type,
        created_at=datetime.fromtimestamp(event.created, UTC),
        intent=_id(about.payment_intent),
        reader=thing.id if is_reader else None,
        setup_intent=_id(about.setup_intent),
        refund=_id(about.refund),
        account=event.account,
        is_personal=bool(is_reader and thing.action and thing.action.type == _INPUTS),
    )


def _said_by(thing: _Thing) -> _About:
    """The thing itself, and what a charge, a refund, a dispute or a session names."""
    return _About(
        payment_intent=thing.id if thing.object == "payment_intent" else thing.payment_intent,
        setup_intent=thing.id if thing.object == "setup_intent" else thing.setup_intent,
        refund=thing.id if thing.object == "refund" else None,
    )


def _id(link: _Link) -> str | None:
    return link.id if isinstance(link, _Ref) else link
