"""Makes a sample system slow, wrong or dead, and well again."""

from collections.abc import Mapping

import aiohttp
import msgspec

from gateway.demo.process import Fault
from gateway.demo.state import DemoState, System

_ANSWER_S = 30.0


class CommandError(Exception):
    """A system could not be commanded; the message says why and what to do."""


async def command(state: DemoState, name: str, fault: Fault) -> Fault:
    """Make a system misbehave, or behave. Returns what it does now.

    Raises:
        CommandError: There is no such system, or its process is gone.
    """
    async with _session() as session:
        try:
            async with session.put(_control(state, name), data=msgspec.json.encode(fault)) as told:
                body = await told.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise CommandError(f"{name} takes no commands: its process is gone") from error
    if not told.ok:
        raise CommandError(f"{name} refused: {body.decode(errors='replace').strip()}")
    return msgspec.json.decode(body, type=Fault)


async def conduct(state: DemoState) -> Mapping[str, Fault | None]:
    """What every system does now; None for one whose process is gone."""
    async with _session() as session:
        return {name: await _fault(session, system) for name, system in state.systems.items()}


async def _fault(session: aiohttp.ClientSession, system: System) -> Fault | None:
    try:
        async with session.get(system.control or "") as told:
            return msgspec.json.decode(await told.read(), type=Fault)
    except (aiohttp.ClientError, TimeoutError, msgspec.DecodeError):
        return None


def _control(state: DemoState, name: str) -> str:
    system = state.systems.get(name)
    if system is None or system.control is None:
        raise CommandError(f"there is no system {name!r}; there are: {', '.join(state.systems)}")
    return system.control


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_ANSWER_S))
