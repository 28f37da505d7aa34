"""Gateways are forked from a process that has everything imported, so that one starts in no time.

Run as `python -m tests.killing.nursery`: a line of orders in, a line with the process's id out.
"""

import asyncio
import gc
import os
import signal
import sys
from contextlib import suppress

import msgspec

from connectors.sdk.registry import Registry
from schema.graphql.schema import core, graph
from tests.killing.gateway_child import Orders, live
from tests.killing.orphans import die_with_parent


class Gateway:
    """One gateway's process, child of the nursery."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._ended = asyncio.Event()
        try:
            self._handle = os.pidfd_open(pid)
        except ProcessLookupError:  # it has died already
            self._ended.set()
            return
        asyncio.get_running_loop().add_reader(self._handle, self._end)

    @property
    def is_dead(self) -> bool:
        """Whether it has ended."""
        return self._ended.is_set()

    def kill(self) -> None:
        """End it as a power cut does."""
        if not self.is_dead:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    async def ended(self) -> None:
        """Wait until it has ended."""
        await self._ended.wait()

    async def stop(self) -> None:
        """Kill it, and wait until it is gone."""
        self.kill()
        await self.ended()

    def _end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._handle)
        os.close(self._handle)
        self._ended.set()


class Nursery:
    """Starts gateways."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._turn = asyncio.Lock()

    @classmethod
    async def start(cls) -> "Nursery":
        """Start the process that they are forked from."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.killing.nursery",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        return cls(process)

    async def birth(self, orders: Orders) -> Gateway:
        """Start a gateway."""
        async with self._turn:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(msgspec.json.encode(orders) + b"\n")
            await self._process.stdin.drain()
            line = await self._process.stdout.readline()
        return Gateway(int(line))

    async def stop(self) -> None:
        """End it. Its gateways live on: whoever has started them ends them."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()


def main() -> None:
    """Fork a gateway for each line until there are no more."""
    registry = Registry.discover()
    graph()
    core()
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are nobody's to wait for
    while line := sys.stdin.buffer.readline():
        orders = msgspec.json.decode(line, type=Orders)
        pid = os.fork()
        if pid == 0:
            _grow_up(orders, registry)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _grow_up(orders: Orders, registry: Registry) -> None:
    die_with_parent()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(orders.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    code = 1
    try:
        live(orders, registry)
        code = 0
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
