"""One account by itself, with a clock of ours: no server and no waiting."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from connectors.stripe_terminal.simulator.crowd import Crowd
from connectors.stripe_terminal.simulator.operations import OPERATIONS
from connectors.stripe_terminal.simulator.records import Reader
from connectors.stripe_terminal.simulator.refusal import Refusal
from connectors.stripe_terminal.simulator.setup import DEFAULT_SETUP
from connectors.stripe_terminal.simulator.world import World

READER = "tmr_simulated"


class Clock:
    """A time that passes only when told to."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        """The time."""
        return self.now


class Till:
    """A world, and what is asked of it."""

    def __init__(self, *, crowd: Crowd | None = None, **setup: Any) -> None:
        self.clock = Clock()
        given = {"authorize_s": 2.0, "refund_fails_after_s": 5.0, **setup}
        self.world = World(replace(DEFAULT_SETUP, **given), clock=self.clock, crowd=crowd)
        self.told: list[tuple[str, str]] = []
        self.world.tell = lambda event, _: self.told.append(
            (event.kind, msgspec.json.decode(event.body)["data"]["object"]["id"])
        )

    def ask(self, call: str, name: str = "", **form: Any) -> dict[str, Any]:
        """Call what a route calls."""
        return OPERATIONS[call].run(self.world, name, form)

    def intent(self, amount: int = 500, currency: str = "jpy", **form: Any) -> str:
        """A payment that is announced; its id."""
        given = {"allowed_payment_method_types": ["card_present"], **form}
        amounts = {"amount": str(amount), "currency": currency}
        name: str = self.ask("create_payment_intent", **amounts, **given)["id"]
        return name

    def waiting(self, amount: int = 500, currency: str = "jpy", **form: Any) -> str:
        """A payment that waits at the reader; its id."""
        intent = self.intent(amount, currency, **form)
        self.ask("process_payment_intent", READER, payment_intent=intent)
        return intent

    def paid(self, amount: int = 500, currency: str = "jpy", **form: Any) -> str:
        """A payment for which a good card was presented; its id."""
        intent = self.waiting(amount, currency, **form)
        self.ask("present_payment_method", READER)
        self.passes(self.world.setup.authorize_s)
        return intent

    def status(self, intent: str) -> tuple[str, str | None]:
        """Of the payment, and of what the reader does."""
        action = self.world.readers[READER].action
        return self.world.intents[intent].status, action.status if action else None

    def passes(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.now += seconds
        self.world.catch_up()

    @property
    def reader(self) -> Reader:
        """The only one."""
        return self.world.readers[READER]

    def kinds(self) -> list[str]:
        """What was told of, by its kinds."""
        return [kind for kind, _ in self.told]

    def refused(self, call: str, name: str = "", **form: Any) -> dict[str, Any]:
        """The error with which a call is refused."""
        with pytest.raises(Refusal) as raised:
            self.ask(call, name, **form)
        return raised.value.error
