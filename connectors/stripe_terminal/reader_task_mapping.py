"""Stripe's objects of what readers do besides payments, to ours and back. Pure: no I/O."""

from collections.abc import Mapping
from typing import Any, Literal

import stripe
from msgspec import Struct

from connectors.sdk.reader_task import SetupState, SetupStatus, TaskAction, TaskReader
from connectors.sdk.reading import drift, one_of, read
from connectors.sdk.terminal import ActionStatus
from schema.domain.payment import PaymentFailure
from schema.domain.reader_task import (
    Cart,
    InputAnswer,
    InputAsked,
    InputKind,
    InputToggle,
    SavedCard,
)

REFERENCE = "tillgraph_task"
"""Under which Stripe's objects carry our task's name."""

_ACTION_STATUS = {status.value: status for status in ActionStatus}
_SETUP_STATUS = {status.value: status for status in SetupStatus}
_INPUT_KIND = {kind.value.lower(): kind for kind in InputKind}

# The client's choice in the parameters of the package.
_Style = Literal["primary", "secondary"]
_InputType = Literal["email", "numeric", "phone", "selection", "signature", "text"]
_TYPES: Mapping[InputKind, _InputType] = {
    InputKind.EMAIL: "email",
    InputKind.PHONE: "phone",
    InputKind.NUMERIC: "numeric",
    InputKind.TEXT: "text",
    InputKind.SIGNATURE: "signature",
    InputKind.SELECTION: "selection",
}


class _Reader(Struct):
    object: Literal["terminal.reader"]
    id: str


class _Action(Struct):
    type: str
    status: str
    failure_code: str | None = None
    failure_message: str | None = None


class _Detail(Struct):
    payment_intent: Any = None
    setup_intent: Any = None
    metadata: dict[str, str] | None = None
    inputs: list[dict[str, Any]] | None = None


class _Entered(Struct):
    value: str | None = None
    id: str | None = None


class _Toggle(Struct):
    value: str | None = None


class _Text(Struct):
    title: str | None = None


class _Input(Struct):
    type: str
    skipped: bool | None = None
    custom_text: _Text | None = None
    toggles: list[_Toggle] | None = None


class _ApiError(Struct):
    type: str | None = None
    code: str | None = None
    message: str | None = None


class _Setup(Struct):
    object: Literal["setup_intent"]
    id: str
    status: str
    last_setup_error: _ApiError | None = None


class _Card(Struct):
    brand: str | None = None
    last4: str | None = None


class _Method(Struct):
    object: Literal["payment_method"]
    id: str
    card: _Card | None = None


def task_reader(content: Mapping[str, Any]) -> TaskReader:
    """Read a Terminal reader."""
    reader = read(_Reader, content, where="reader")
    return TaskReader(
        reader.id, _id_of(content.get("location"), "reader.location"), _act(content.get("action"))
    )


def setup_state(content: Mapping[str, Any], card: SavedCard | None = None) -> SetupState:
    """Read a SetupIntent; `card` is the one that came of it."""
    setup = read(_Setup, content, where="setup_intent")
    error = setup.last_setup_error
    return SetupState(
        id=setup.id,
        status=one_of(_SETUP_STATUS, setup.status, field="setup_intent.status"),
        failure=_failure(error.code or error.type, error.message) if error else None,
        card=card,
    )


def saved_card(content: Mapping[str, Any]) -> SavedCard:
    """Read the PaymentMethod of a card that is kept."""
    method = read(_Method, content, where="payment_method")
    face = method.card or _Card()
    return SavedCard(method.id, face.brand, face.last4)


def generated_card(content: Mapping[str, Any]) -> str | None:
    """The card for later charges that a SetupIntent's latest attempt, expanded, has made.

    Its own `payment_method` is the card that was presented, which cannot be charged again.
    """
    where: Any = content
    for step in ("latest_attempt", "payment_method_details", "card_present"):
        where = where.get(step) if isinstance(where, Mapping) else None
    found = where.get("generated_card") if isinstance(where, Mapping) else None
    return _id_of(found, "setup_attempt.generated_card")


def cart_params(cart: Cart) -> stripe.params.terminal.ReaderSetReaderDisplayParams:
    """A cart as Stripe takes it: whole numbers alone, for anything else leaves the screen blank."""
    return {
        "type": "cart",
        "cart": {
            "currency": cart.currency.lower(),
            "line_items": [
                {"description": it.description, "quantity": it.quantity, "amount": it.amount}
                for it in cart.lines
            ],
            "tax": cart.tax,
            "total": cart.total,
        },
    }


def input_params(asked: InputAsked) -> stripe.params.terminal.ReaderCollectInputsParamsInput:
    """One input as Stripe takes it."""
    text: stripe.params.terminal.ReaderCollectInputsParamsInputCustomText = {"title": asked.title}
    if asked.description:
        text["description"] = asked.description
    params: stripe.params.terminal.ReaderCollectInputsParamsInput = {
        "type": _TYPES[asked.kind],
        "custom_text": text,
        "required": asked.is_required,
    }
    if asked.choices:
        params["selection"] = {
            "choices": [
                {"id": it.id, "text": it.text, "style": _style(is_primary=it.is_primary)}
                for it in asked.choices
            ]
        }
    if asked.toggles:
        params["toggles"] = [_toggle_params(it) for it in asked.toggles]
    return params


def _toggle_params(
    toggle: InputToggle,
) -> stripe.params.terminal.ReaderCollectInputsParamsInputToggle:
    params: stripe.params.terminal.ReaderCollectInputsParamsInputToggle = {
        "default_value": "enabled" if toggle.is_on else "disabled"
    }
    if toggle.title:
        params["title"] = toggle.title
    if toggle.description:
        params["description"] = toggle.description
    return params


def _style(*, is_primary: bool) -> _Style:
    return "primary" if is_primary else "secondary"


def _act(content: Any) -> TaskAction | None:
    if content is None:
        return None
    action = read(_Action, content, where="reader.action")
    status = one_of(_ACTION_STATUS, action.status, field="reader.action.status")
    where = f"reader.action.{action.type}"
    detail = read(_Detail, content.get(action.type) or {}, where=where)
    return TaskAction(
        kind=action.type,
        status=status,
        failure=_failure(action.failure_code, action.failure_message)
        if status is ActionStatus.FAILED
        else None,
        intent=_id_of(detail.payment_intent, f"{where}.payment_intent"),
        setup=_id_of(detail.setup_intent, f"{where}.setup_intent"),
        reference=(detail.metadata or {}).get(REFERENCE),
        answers=tuple(_answer(it) for it in detail.inputs or ())
        if status is ActionStatus.SUCCEEDED
        else (),
    )


def _answer(content: Mapping[str, Any]) -> InputAnswer:
    """What was entered; a choice is told by its id, and what was skipped is None."""
    where = "reader.action.collect_inputs.input"
    asked = read(_Input, content, where=where)
    kind = one_of(_INPUT_KIND, asked.type, field=f"{where}.type")
    entered = read(_Entered, content.get(asked.type) or {}, where=f"{where}.{asked.type}")
    value = entered.id if kind is InputKind.SELECTION else entered.value
    return InputAnswer(
        kind=kind,
        title=(asked.custom_text.title if asked.custom_text else None) or "",
        value=None if asked.skipped else value,
        toggles=tuple(it.value == "enabled" for it in asked.toggles or ()),
    )


def _id_of(value: Any, field: str) -> str | None:
    """An id, given alone or as the expanded object."""
    found = value.get("id") if isinstance(value, Mapping) else value
    if found is None or isinstance(found, str):
        return found
    raise drift(field, "expected an id")


def _failure(code: str | None, message: str | None) -> PaymentFailure:
    return PaymentFailure(code or "unknown", message or "The payment provider gives no reason.")
