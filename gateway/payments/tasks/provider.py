"""The payment provider, as the tasks' followers call it."""

import hashlib
from collections.abc import Callable
from typing import Protocol, runtime_checkable

from connectors.sdk.ports import ReaderTaskDriver, TerminalDriver
from connectors.sdk.reader_task import (
    InputsRequest,
    SetupProcess,
    SetupRequest,
    SetupState,
    TaskReader,
)
from gateway.payments.provider import Provider, Watched
from gateway.payments.tasks.log import ReaderTask
from gateway.payments.timing import Timing
from schema.domain.reader_task import Cart, CartClear, Inputs
from schema.domain.reference import GlobalId, SourceRef


@runtime_checkable
class TaskDriver(TerminalDriver, ReaderTaskDriver, Protocol):
    """A provider whose readers take payments, and do more."""


class TaskProvider(Provider):
    """Calls the driver with a deadline, under keys that the journal's rows tell.

    See `Provider`: what a connector raises against its contract becomes one of our errors.
    """

    def __init__(
        self,
        driver: TaskDriver,
        name: str,
        timing: Timing,
        watched: Watched | None = None,
        may_write: Callable[[], bool] | None = None,
    ) -> None:
        super().__init__(driver, name, timing, watched, may_write)
        self._tasks = driver

    async def seen(self, task: ReaderTask) -> TaskReader:
        """What the task's reader is doing. See `ReaderTaskDriver.task_reader`."""
        return await self._read(
            task.id, lambda ctx: self._tasks.task_reader(ctx, task.device, task.account)
        )

    async def truth(self, task: ReaderTask) -> SetupState:
        """How the card to be kept stands. See `ReaderTaskDriver.setup`."""
        setup = _announced(task)
        return await self._read(task.id, lambda ctx: self._tasks.setup(ctx, setup, task.account))

    async def create_payer(self, customer: SourceRef, account: str | None) -> str:
        """Make a customer known. The same customer at once is one: the key is made of them."""
        reference = GlobalId("Customer", (customer.name, customer.id)).text
        digest = hashlib.sha256(f"{account or ''}\n{reference}".encode()).hexdigest()
        key = f"payer:{digest}"
        return await self._write(
            "payer", key, lambda ctx: self._tasks.create_payer(ctx, reference, account)
        )

    async def announce(self, task: ReaderTask, payer: str) -> SetupState:
        """Announce a card to be kept. See `ReaderTaskDriver.create_setup`."""
        request = SetupRequest(payer, task.id, task.account)
        return await self._write(
            task.id, f"{task.id}:intent", lambda ctx: self._tasks.create_setup(ctx, request)
        )

    async def send(self, task: ReaderTask) -> TaskReader | None:
        """Send the task's present attempt to its reader. It may last.

        The same attempt twice has one effect; None where nothing is told of the reader.
        """
        ctx = self._context(task.id, self._timing.process_s, f"{task.id}:{task.attempt}")
        device, account = task.device, task.account
        match task.asked:
            case Cart() as cart:
                return await self._call(
                    ctx, lambda it: self._tasks.show_cart(it, device, cart, account)
                )
            case CartClear():
                await self._call(ctx, lambda it: self._tasks.cancel_action(it, device, account))
                return None
            case Inputs(inputs):
                asked = InputsRequest(inputs, task.id, account)
                return await self._call(
                    ctx, lambda it: self._tasks.collect_inputs(it, device, asked)
                )
            case card:
                process = SetupProcess(_announced(task), card.redisplay, account)
                return await self._call(
                    ctx, lambda it: self._tasks.process_setup(it, device, process)
                )

    async def free(self, task: ReaderTask) -> None:
        """Clear the task's reader. See `TerminalDriver.cancel_action`."""
        await self._write(
            task.id,
            f"{task.id}:clear:{task.clears}",
            lambda ctx: self._tasks.cancel_action(ctx, task.device, task.account),
        )

    async def give_up(self, task: ReaderTask) -> SetupState:
        """Give a card to be kept up. See `ReaderTaskDriver.cancel_setup`."""
        setup = _announced(task)
        return await self._write(
            task.id,
            f"{task.id}:cancel:{task.clears}",
            lambda ctx: self._tasks.cancel_setup(ctx, setup, task.account),
        )


def _announced(task: ReaderTask) -> str:
    if task.setup is None:
        raise ValueError("the card has not been announced to the provider yet")
    return task.setup
