"""The books as they are put together, and those of a gateway without payments."""

from datetime import time
from zoneinfo import ZoneInfo

from gateway.payments.book_keeping import BookPlan, keep_books
from gateway.payments.books import NoBooks
from gateway.payments.reconcile.schedule import DailyAt
from gateway.payments.states import State
from gateway.payments.write_back import SendingPace
from gateway.storage.journal import SqlJournal
from schema.domain.write_back import WriteBackState
from schema.ports.payment_books import FindingFilter
from tests.unit.gateway.payments.reconcile.conftest import OrderDesk
from tests.unit.gateway.payments.terminal import ScriptedTerminal
from tests.unit.gateway.payments.till import DEVICE, Till, a_scope, an_order, until

PLAN = BookPlan(
    daily=DailyAt(time(3), ZoneInfo("Asia/Tokyo")), pace=SendingPace(look_s=0.01, call_s=5.0)
)


async def test_without_the_providers_books_orders_are_told_all_the_same(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """What was told can be asked; nothing was compared, and nothing was found."""
    assert isinstance(till.journal, SqlJournal)
    orders = OrderDesk()
    books = keep_books(till.journal, till.service, orders, None, PLAN)
    books.open()
    await till.start(order=an_order())
    terminal.present(DEVICE)
    await till.reaches(State.PAID)
    await until(lambda: orders.noted)
    await books.aclose()
    told = await books.write_backs(a_scope(), ["pay_1", "pay_9"])
    found = await books.findings(a_scope(), FindingFilter(), 9, None)

    assert ["pay_1"] == orders.noted
    assert [WriteBackState.SENT, None] == [it and it.state for it in told]
    assert await books.last_run(a_scope()) is None
    assert [] == [*found.edges]


async def test_nobody_is_paid_and_nothing_is_told() -> None:
    """Of each thing asked none."""
    books, scope = NoBooks(), a_scope()

    assert [None, None] == await books.write_backs(scope, ["pay_1", "pay_2"])
    assert await books.last_run(scope) is None
    assert () == (await books.findings(scope, FindingFilter(), 9, None)).edges
