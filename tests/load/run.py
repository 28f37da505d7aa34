"""Many payments through one gateway, at many readers, with faults; and the books afterwards."""

import asyncio
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from msgspec import Struct

from tests.killing import configuration
from tests.killing.clerk import Clerk, native
from tests.killing.gateway_child import Orders
from tests.killing.nursery import Nursery
from tests.killing.simulator import Simulator
from tests.load import faults
from tests.load.tills import Results, Sale, sales, sell

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_AT_ONCE = 50
_BALANCE_S = 60.0
_GOING = frozenset({"PENDING", "AWAITING_CARD", "PROCESSING", "UNKNOWN"})
_SOME = """query Some($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Payment { id state captured { minor } refunded { minor } } }
}"""


class Wishes(Struct, frozen=True, kw_only=True):
    """What is to be run; see `python -m tests.load --help`."""

    count: int
    seed: int = 1
    readers: int = 64
    has_faults: bool = True
    journal: str | None = None


class Outcome(Struct, frozen=True, kw_only=True):
    """What has come of it. CPU is in seconds for the whole; `wrong` says where books differ."""

    results: Results
    states: Mapping[str, int]
    wrong: Sequence[str]
    gateway_cpu_s: float
    simulator_cpu_s: float
    took_s: float


async def loaded(wishes: Wishes, tell: Callable[[Results], None] = lambda _: None) -> Outcome:
    """Run a load."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="load-")))
        nursery = await Nursery.start()
        stack.push_async_callback(nursery.stop)
        port = configuration.free_port()
        address = f"http://127.0.0.1:{port}"
        simulator = Simulator(configuration.setup(address, wishes.readers), folder)
        await simulator.start()
        stack.push_async_callback(simulator.stop)
        customers = {"tap_after_s": 0.5, "spread_s": 1.0, "seed": wishes.seed}
        if wishes.has_faults:
            customers["declined"] = faults.DECLINED
        await simulator.begin_anew(customers, {"drop": 0.01 if wishes.has_faults else 0.0})
        for fault in faults.commanded(wishes.seed) if wishes.has_faults else ():
            await simulator.command("PUT", "/faults", fault)
        journal = wishes.journal or f"sqlite+aiosqlite:///{folder / 'journal.db'}"
        configuration.write(folder / "gateway.yaml", journal, simulator.url, wishes.readers)
        orders = Orders(
            configuration=str(folder / "gateway.yaml"),
            log=str(folder / "gateway.log"),
            port=port,
            is_quick=False,
        )
        gateway = await nursery.birth(orders)
        stack.push_async_callback(gateway.stop)
        clerk = Clerk([f"{address}/graphql"], patience_s=_BALANCE_S)
        stack.push_async_callback(clerk.aclose)
        results = await _sold(wishes, clerk, tell)
        took_s = results.took_s
        await simulator.command("DELETE", "/faults")
        states, wrong = await _balanced(clerk, simulator)
        return Outcome(
            results=results,
            states=states,
            wrong=wrong,
            gateway_cpu_s=_cpu_s(gateway.pid),
            simulator_cpu_s=_cpu_s(simulator.pid),
            took_s=took_s,
        )


async def _sold(wishes: Wishes, clerk: Clerk, tell: Callable[[Results], None]) -> Results:
    """Sell everything, each reader one thing after the other."""
    results = Results(wishes.count)
    work = sales(wishes.count, wishes.seed)

    async def stand_at(reader: str) -> None:
        for sale in _shared(work):
            results.done.append(await sell(clerk, reader, sale))
            tell(results)

    async with asyncio.TaskGroup() as group:
        for reader in configuration.devices(wishes.readers):
            group.create_task(stand_at(reader))
    return results


def _shared(work: Iterator[Sale]) -> Iterator[Sale]:
    yield from work


async def _balanced(clerk: Clerk, simulator: Simulator) -> tuple[Mapping[str, int], list[str]]:
    """Compare the books until they agree, but not for ever; returns the states and what differs."""
    loop = asyncio.get_running_loop()
    end = loop.time() + _BALANCE_S
    while True:
        ours = await _ours(clerk)
        wrong = _differences(ours, await simulator.ledger())
        # One that was declined is wound up when no other card has come in time.
        is_quiet = not any(it["state"] in _GOING for it in ours.values())
        if (not wrong and is_quiet) or loop.time() > end:
            return Counter(it["state"] for it in ours.values()), wrong
        await asyncio.sleep(1.0)


async def _ours(clerk: Clerk) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for first in range(0, len(clerk.payments), _AT_ONCE):
        ids = clerk.payments[first : first + _AT_ONCE]
        for record in await clerk.ask(_SOME, "nodes", {"ids": ids}):
            found[native(record["id"])] = record
    return found


def _differences(ours: Mapping[str, Any], ledger: Mapping[str, Any]) -> list[str]:
    """Where our books and the provider's differ, and who was charged twice."""
    theirs: dict[str, Counter[str]] = {}
    wrong: list[str] = []
    for intent, line in ledger.items():
        name = line["metadata"].get("tillgraph_payment", "")
        if name in ours:
            sums = {it: line[it] for it in ("captured", "refunded", "held", "paid")}
            theirs.setdefault(name, Counter()).update(sums)
        elif line["captured"] or line["held"]:
            wrong.append(f"lost: {intent} has money and is known to nobody")
    for name, record in ours.items():
        told = (record["captured"]["minor"], record["refunded"]["minor"])
        sums = theirs.get(name, Counter())
        if told != (sums["captured"], sums["refunded"]):
            wrong.append(f"unequal: {name} is {record['state']}, {told} and not {dict(sums)}")
        if sums["paid"] > 1:
            wrong.append(f"doubled: {name} was charged {sums['paid']} times")
        if sums["held"] and record["state"] != "AUTHORIZED":
            wrong.append(f"held: {name} is {record['state']}, and {sums['held']} are still held")
    return wrong


def _cpu_s(pid: int) -> float:
    """What the kernel says that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S
