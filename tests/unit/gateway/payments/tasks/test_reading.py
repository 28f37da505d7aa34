"""What the provider's word means for a task."""

from typing import Any

import pytest

from connectors.sdk.reader_task import SetupState, SetupStatus, TaskAction, TaskReader
from connectors.sdk.terminal import ActionStatus
from gateway.payments.tasks.failures import failure_of
from gateway.payments.tasks.reading import judge
from gateway.payments.tasks.states import ForbiddenTaskStepError, allow
from schema.domain.errors import NotFound, RateLimited, Rejected, SchemaDrift, SourceError
from schema.domain.payment import PaymentFailure
from schema.domain.reader_task import FINAL_TASK_STATES, ReaderTaskState
from tests.unit.gateway.storage.test_tasks import a_task

UNKNOWN, WAITING = ReaderTaskState.UNKNOWN, ReaderTaskState.WAITING
FAILED = ActionStatus.FAILED


def a_setup(status: SetupStatus, failure: str | None = None) -> SetupState:
    """A card at the provider."""
    return SetupState("seti_1", status, PaymentFailure(failure, "x") if failure else None)


def a_reader(status: ActionStatus | None = None, code: str | None = None) -> TaskReader:
    """A reader at the task's card, or at nothing."""
    if status is None:
        return TaskReader("tmr_1", None)
    failure = PaymentFailure(code, "told") if code else None
    return TaskReader("tmr_1", None, TaskAction("x", status, failure, setup="seti_1"))


OPEN = a_setup(SetupStatus.REQUIRES_PAYMENT_METHOD)
DECLINED = a_setup(SetupStatus.REQUIRES_PAYMENT_METHOD, "card_declined")


@pytest.mark.parametrize(
    ("state", "setup", "reader", "expected"),
    [
        (WAITING, a_setup(SetupStatus.PROCESSING), None, None),
        (WAITING, OPEN, None, None),
        (WAITING, OPEN, a_reader(ActionStatus.SUCCEEDED), None),
        (WAITING, OPEN, a_reader(FAILED, "connection_error"), (UNKNOWN, None, None)),
        (UNKNOWN, OPEN, a_reader(FAILED, "terminal_reader_timeout"), None),
        (
            UNKNOWN,
            OPEN,
            a_reader(FAILED, "terminal_reader_hardware_fault"),
            (None, ReaderTaskState.FAILED, "reader_hardware_fault"),
        ),
        (
            WAITING,
            DECLINED,
            a_reader(FAILED, "connection_error"),
            (None, ReaderTaskState.FAILED, "connection_error"),
        ),
        (WAITING, DECLINED, a_reader(FAILED), (None, ReaderTaskState.FAILED, "card_declined")),
        (WAITING, OPEN, a_reader(FAILED), (None, ReaderTaskState.FAILED, "card_declined")),
        (UNKNOWN, OPEN, a_reader(), None),
    ],
)
def test_a_card_is_judged_by_its_setup_first(
    state: ReaderTaskState, setup: SetupState, reader: TaskReader | None, expected: Any
) -> None:
    """The reader's action is a hint."""
    found = judge(a_task(state=state, setup="seti_1"), setup, reader, is_calling=False)

    told = found and found.fields.get("failure")
    assert expected == (found and (found.state, found.ending, told.code if told else None))


def test_what_failed_while_a_call_is_out_may_be_what_was_sent_before() -> None:
    """So it is not believed yet."""
    task = a_task(state=WAITING, setup="seti_1")

    assert judge(task, OPEN, a_reader(FAILED, "x"), is_calling=True) is None


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotFound("x"), "reader_unknown"),
        (RateLimited("x"), "provider_unavailable"),
        (Rejected("x", reason="terminal_reader_offline"), "reader_offline"),
        (Rejected("x", reason="parameter_invalid"), "parameter_invalid"),
        (SchemaDrift("x"), "source_schema_drift"),
    ],
)
def test_a_refusal_has_a_code_for_staff(error: SourceError, code: str) -> None:
    """The provider's text is not passed on."""
    failure = failure_of(error)

    assert code == failure.code
    assert "x" != failure.message


@pytest.mark.parametrize("state", [it for it in ReaderTaskState if it in FINAL_TASK_STATES])
def test_no_step_leads_out_of_an_end(state: ReaderTaskState) -> None:
    """Whatever comes later."""
    with pytest.raises(ForbiddenTaskStepError, match="PENDING cannot follow"):
        allow(state, ReaderTaskState.PENDING)
