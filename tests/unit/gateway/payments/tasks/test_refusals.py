"""What is said to those whose task did not begin."""

import pytest

from gateway.payments.tasks.failures import NOBODY_CAME, READER_BUSY
from gateway.payments.tasks.refusals import refused_at_start
from schema.domain.reader_task import ReaderTaskFailure, ReaderTaskState
from tests.unit.gateway.storage.test_tasks import a_task


@pytest.mark.parametrize(
    ("failure", "code"),
    [(READER_BUSY, "READER_BUSY"), (NOBODY_CAME, None), (None, None)],
)
def test_only_what_leaves_nothing_behind_is_a_user_error(
    failure: ReaderTaskFailure | None, code: str | None
) -> None:
    """Any other failure is the task's own, and is shown with it."""
    refused = refused_at_start(a_task(state=ReaderTaskState.FAILED, failure=failure))

    assert code == (refused.code if refused else None)
