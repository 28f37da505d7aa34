"""Readers' tasks where the configuration takes no payments."""

import pytest

from gateway.payments.tasks.absent import NoReaderTasks
from schema.domain.errors import InvalidRequest
from schema.ports.reader_tasks import ReaderTasks
from tests.unit.gateway.payments.tasks.counter import CART, EMAIL, SETUP, codes
from tests.unit.gateway.payments.till import FRONT, a_scope

ABSENT: ReaderTasks = NoReaderTasks()


async def test_mutations_say_that_payments_are_not_configured() -> None:
    """Every one of them, and nothing is done."""
    scope = a_scope()
    refused = codes(
        await ABSENT.show_cart(scope, FRONT, CART),
        await ABSENT.clear_cart(scope, FRONT),
        await ABSENT.collect_inputs(scope, FRONT, [EMAIL], "k1"),
        await ABSENT.save_card(scope, FRONT, SETUP, "k1"),
        await ABSENT.cancel(scope, "tsk_1"),
    )

    assert ["PAYMENTS_NOT_CONFIGURED"] * 5 == refused


async def test_there_is_nothing_to_read() -> None:
    """Of each task asked none, and none to follow."""
    assert [None, None] == await ABSENT.tasks(a_scope(), ["tsk_1", "tsk_2"])
    with pytest.raises(InvalidRequest):
        await anext(ABSENT.updates(a_scope(), "tsk_1"))
