"""Cards that are kept for customers."""

import pytest
from msgspec.structs import replace

from connectors.sdk.context import CallContext
from connectors.sdk.reader_task import SetupState, SetupStatus, TaskAction, TaskReader
from connectors.sdk.terminal import ActionStatus
from gateway.payments.tasks.at_reader import _may_send_again
from gateway.payments.tasks.course import TaskCourse
from schema.domain.reader_task import ReaderTaskKind, ReaderTaskState
from tests.unit.gateway.payments.tasks.counter import SETUP, Counter, codes, until
from tests.unit.gateway.payments.till import FRONT as FRONT_KEY
from tests.unit.gateway.payments.till import a_scope
from tests.unit.gateway.storage.test_tasks import a_task

PROCESS = "process_setup_intent"
WAITING, SUCCEEDED = ReaderTaskState.WAITING, ReaderTaskState.SUCCEEDED


async def test_a_card_is_kept(counter: Counter) -> None:
    """For the customer, who is known at the provider by our id of them alone."""
    asked = await counter.save()
    await counter.do("tap")
    found = await counter.reaches(SUCCEEDED)

    assert WAITING is asked.state
    assert found.card is not None
    assert ("visa", "4242") == (found.card.brand, found.card.last4)
    method = await counter.account.stripe.v1.payment_methods.retrieve_async(
        found.card.payment_method
    )
    customer = await counter.account.stripe.v1.customers.retrieve_async(str(method.customer))
    assert ["tillgraph_customer"] == list(customer.to_dict()["metadata"])
    assert (None, None) == (customer.email, customer.name)
    assert await counter.holder() is None


async def test_a_customer_is_made_known_once(counter: Counter) -> None:
    """However many cards they have."""
    first = await counter.save()
    await counter.do("tap")
    await counter.reaches(SUCCEEDED, name=first.id)
    second = await counter.save(key="k2")
    await counter.do("tap")
    await counter.reaches(SUCCEEDED, name=second.id)

    assert (1, 2) == (await counter.calls("create_customer"), await counter.calls(PROCESS))


async def test_a_card_that_is_declined(counter: Counter) -> None:
    """Ends the task, and its setup is given up."""
    await counter.save()
    await counter.do("tap", {"card": "4000000000000002"})
    found = await counter.reaches(ReaderTaskState.FAILED)

    assert found.failure is not None
    assert "card_declined" == found.failure.code
    assert "canceled" == await _status(counter)


async def test_staff_call_off(counter: Counter) -> None:
    """The reader is cleared, and the setup given up: no card can be kept by it any more."""
    asked = await counter.save()

    canceled = await counter.cancel(asked.id)

    assert ReaderTaskState.CANCELED is canceled.state
    assert (None, "canceled") == (await counter.slot(), await _status(counter))


async def test_a_customer_calls_off(counter: Counter) -> None:
    """At the reader."""
    await counter.save()
    await counter.do("cancel")

    await counter.reaches(ReaderTaskState.CANCELED)

    assert "canceled" == await _status(counter)


async def test_it_is_given_up_at_the_provider(counter: Counter) -> None:
    """The setup is the truth: the reader is cleared then."""
    await counter.save()
    setup = (await counter.task()).setup or ""
    await counter.account.stripe.v1.setup_intents.cancel_async(setup)

    found = await counter.reaches(ReaderTaskState.CANCELED)

    assert found.failure is not None
    assert "canceled_at_provider" == found.failure.code
    assert await counter.slot() is None


async def test_the_card_was_faster_than_staff(counter: Counter) -> None:
    """It is kept: look at the state."""
    asked = await counter.save()
    await counter.sleeps(asked.id)
    await counter.do("tap")

    canceled = await counter.cancel(asked.id)

    assert SUCCEEDED is canceled.state
    assert canceled.card is not None


async def test_nobody_comes(counter: Counter) -> None:
    """After its time all is given up."""
    await counter.save()
    counter.clock.forward(counter.timing.attempt_deadline_s)

    await counter.reaches(ReaderTaskState.EXPIRED)

    assert (None, "canceled") == (await counter.slot(), await _status(counter))


@pytest.mark.parametrize("call", ["create_customer", "create_setup_intent"])
@pytest.mark.parametrize("fault", ["reply_lost", "reset", "unavailable"])
async def test_an_answer_is_lost_on_the_way(counter: Counter, call: str, fault: str) -> None:
    """It is asked for again under the same key: there is one of each."""
    await counter.account.fault(fault, call)

    await counter.save()
    await counter.do("tap")
    await counter.reaches(SUCCEEDED)

    _, books = await counter.account.command("GET", "/state")
    assert (1, 1) == (
        len(books["accounts"][""]["customers"]),
        len(books["accounts"][""]["setup_intents"]),
    )


@pytest.mark.parametrize("fault", ["reply_lost", "timeout_delivered"])
async def test_the_readers_answer_is_lost(counter: Counter, fault: str) -> None:
    """The reader asks for the card, and is not asked again."""
    await counter.account.fault(fault, PROCESS)

    await counter.save()
    await counter.reaches(WAITING)
    await counter.do("tap")

    assert 1 == (await counter.reaches(SUCCEEDED)).attempt


async def test_the_reader_cannot_be_read_for_a_moment(counter: Counter) -> None:
    """The setup at the provider tells all the same."""
    await counter.save()
    await counter.account.fault("unavailable", "retrieve_reader", times=None)
    before = await counter.calls("retrieve_reader")

    async def was_refused() -> bool:
        return await counter.calls("retrieve_reader") > before + 1

    await until(was_refused)
    await counter.do("tap")

    found = await counter.reaches(SUCCEEDED)

    assert found.card is not None


async def test_nobodys_card_is_kept_without_their_word(counter: Counter) -> None:
    """Nothing is sent."""
    setup = replace(SETUP, consent=" ")

    refused = await counter.tasks.save_card(a_scope(), FRONT_KEY, setup, "k1")

    assert ["CONSENT_MISSING"] == codes(refused)
    assert 0 == await counter.calls("retrieve_reader")


async def _status(counter: Counter) -> str:
    setup = (await counter.task()).setup or ""
    found = await counter.account.stripe.v1.setup_intents.retrieve_async(setup)
    return str(found.status)


async def test_a_bank_that_is_being_asked_is_waited_for(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A card that is called off meanwhile may be kept all the same: it is read until then."""
    asked = await counter.save()
    read, looks = counter.driver.setup, 0

    async def processing(ctx: CallContext, setup: str, account: str | None) -> SetupState:
        nonlocal looks
        looks += 1
        found = await read(ctx, setup, account)
        return replace(found, status=SetupStatus.PROCESSING) if looks < 4 else found

    monkeypatch.setattr(counter.driver, "setup", processing)
    await counter.cancel(asked.id)
    await counter.reaches(ReaderTaskState.CANCELED)

    assert looks >= 4
    assert "canceled" == await _status(counter)


async def test_a_card_that_the_reader_has_taken_is_not_asked_for_again(counter: Counter) -> None:
    """Its setup tells a little later than the reader that the card is kept."""
    task = a_task(setup="seti_1", asked=SETUP, kind=ReaderTaskKind.CARD_SETUP)
    desk = counter.tasks._followers._desk
    course = TaskCourse(task.id, counter.timing, is_taken_up=False)
    taken = TaskAction("process_setup_intent", ActionStatus.SUCCEEDED, setup="seti_1")

    assert not _may_send_again(desk, task, course, TaskReader("tmr_1", None, taken))
    assert _may_send_again(desk, task, course, TaskReader("tmr_1", None))


async def test_what_was_never_announced_is_asked_for_nowhere(counter: Counter) -> None:
    """A mistake of ours: without its id there is nothing that the provider could be asked."""
    with pytest.raises(ValueError, match="not been announced"):
        await counter.tasks._followers._desk.provider.truth(a_task())
