"""Several accounts in one time."""

import msgspec
import pytest
import stripe
from msgspec.structs import replace

from connectors.stripe_terminal.simulator.accounts import Accounts, Written
from connectors.stripe_terminal.simulator.clock import Clock
from connectors.stripe_terminal.simulator.operations import OPERATIONS
from connectors.stripe_terminal.simulator.setup import LocationSetup, ReaderSetup, Setup
from tests.unit.connectors.stripe_terminal.simulator.account import (
    FRONT,
    SETUP,
    Account,
    code,
    refusal,
)
from tests.unit.connectors.stripe_terminal.simulator.conftest import Open

BRANCH = "acct_branch"
TWO = Setup(
    locations=(*SETUP.locations, LocationSetup("tml_branch", "Branch", "SG", BRANCH)),
    readers=(*SETUP.readers, ReaderSetup("tmr_branch", "Front counter", "tml_branch")),
    authorize_s=2.0,
)


class Machine:
    """A machine's time that stands still."""

    def __call__(self) -> float:
        """The time."""
        return 1_000_000.0


def opened(setup: Setup = TWO) -> tuple[Accounts, list[tuple[str, int]]]:
    """Accounts, and what is told of them: kinds and times."""
    told: list[tuple[str, int]] = []
    accounts = Accounts(
        setup,
        clock=Clock(Machine()),
        tell=lambda event, _: told.append((event.kind, event.created)),
    )
    return accounts, told


def held(accounts: Accounts, reader: str = FRONT) -> str:
    """A payment whose money is held in two seconds; its id."""
    world = accounts.platform
    form = {"amount": "500", "currency": "jpy", "capture_method": "manual"}
    types = {"allowed_payment_method_types": ["card_present"]}
    name: str = OPERATIONS["create_payment_intent"].run(world, "", {**form, **types})["id"]
    OPERATIONS["process_payment_intent"].run(world, reader, {"payment_intent": name})
    OPERATIONS["present_payment_method"].run(world, reader, {})
    return name


def test_everything_happens_at_its_own_time() -> None:
    """Though days pass at once."""
    accounts, told = opened()
    held(accounts)
    accounts.advance(3 * 86_400)

    assert 1_000_000 + 3 * 86_400 == accounts.clock()
    assert [
        ("payment_intent.created", 1_000_000),
        ("charge.succeeded", 1_000_002),
        ("payment_intent.amount_capturable_updated", 1_000_002),
        ("terminal.reader.action_succeeded", 1_000_002),
        ("charge.expired", 1_000_002 + 2 * 86_400),
        ("payment_intent.canceled", 1_000_002 + 2 * 86_400),
    ] == told


def test_everything_goes_on_from_what_was_written_down() -> None:
    """In another process too: payments, what is still to happen, and the time."""
    first, _ = opened()
    name = held(first)
    first.clock.hold()
    text = msgspec.json.encode(first.written())
    first.advance(10)
    second, told = opened()
    second.go_on(msgspec.json.decode(text, type=Written))
    between = second.platform.intents[name].status, second.clock.is_held
    second.advance(2)

    assert ("requires_payment_method", True) == between
    assert "requires_capture" == second.platform.intents[name].status
    assert 1_000_002.0 == second.clock()
    assert "terminal.reader.action_succeeded" == told[-1][0]
    second.begin_anew()
    assert ({}, 1_000_000.0, False) == (
        second.platform.intents,
        second.clock(),
        second.clock.is_held,
    )
    assert second.next_due is None


async def test_accounts_do_not_see_each_other(opened: Open) -> None:
    """What belongs to a connected one is asked for in its name."""
    account = await opened(replace(TWO, authorize_s=0))
    readers = account.readers
    options: stripe.RequestOptions = {"stripe_account": BRANCH}
    theirs = await readers.list_async(options=options)
    params: stripe.params.PaymentIntentCreateParams = {
        "amount": 500,
        "currency": "sgd",
        "allowed_payment_method_types": ["card_present"],
    }
    create = account.stripe.v1.payment_intents.create_async
    intent = await create(params, {**options, "idempotency_key": "a"})
    ours = await create(params, {"idempotency_key": "a"})

    assert ["tmr_branch"] == [it.id for it in theirs.data]
    assert 3 == len((await readers.list_async()).data)
    assert ours.id != intent.id
    assert 404 == (await refusal(account.read(intent.id))).http_status
    assert 404 == (await refusal(readers.retrieve_async("tmr_branch"))).http_status
    told = {"payment_intent": intent.id}
    reader = await readers.process_payment_intent_async("tmr_branch", told, options)
    assert "in_progress" == reader.action.status


async def test_an_account_that_is_not_connected(account: Account) -> None:
    """It is refused with 403."""
    error = await refusal(account.readers.list_async(options={"stripe_account": "acct_none"}))

    assert isinstance(error, stripe.PermissionError)
    assert (403, "account_invalid") == (error.http_status, code(error))


@pytest.mark.parametrize("name", ["tmr_branch", FRONT])
def test_a_reader_is_found_in_whichever_account(name: str) -> None:
    """Where its store is."""
    accounts, _ = opened()
    found = accounts.reader(name)

    assert found is not None
    assert (BRANCH if name == "tmr_branch" else None) == found[0].account
    assert accounts.reader("tmr_none") is None
