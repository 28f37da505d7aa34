"""Commands the sample systems that a demo has started."""

import asyncio
from pathlib import Path

from rich.console import Console
from rich.table import Table

from gateway.cli.output import answer_json, fail, note
from gateway.demo.command import CommandError, command, conduct
from gateway.demo.process import Fault, Mode
from gateway.demo.state import DemoState, NoDemoError, running


def turn(name: str, mode: Mode, delay_s: float, work: Path | None) -> None:
    """Make a system slow, wrong or dead, or well again."""
    state = _state(work)
    try:
        fault = asyncio.run(command(state, name, Fault(mode, delay_s)))
    except CommandError as error:
        fail(str(error), next_step="See them all: tillgraph estate status")
    note(f"{name} is {_told(fault)}")


def show(work: Path | None, *, as_json: bool) -> None:
    """Print what every system does, and where it is."""
    state = _state(work)
    found = asyncio.run(conduct(state))
    if as_json:
        answer_json(
            {
                name: {"mode": fault.mode if fault else "gone", "url": state.systems[name].url}
                for name, fault in found.items()
            }
        )
        return
    table = Table("system", "state", "address", "pid")
    for name, fault in found.items():
        system = state.systems[name]
        told = _told(fault) if fault else "[red]gone[/]"
        table.add_row(name, told, system.url or "a file", str(system.pid or ""))
    Console().print(table)


def _state(work: Path | None) -> DemoState:
    try:
        return running(work)
    except NoDemoError as error:
        fail(str(error))


def _told(fault: Fault) -> str:
    match fault.mode:
        case "ok":
            return "well"
        case "slow":
            return f"slow: {fault.delay_s:g} s"
        case "wrong" | "dead":
            return fault.mode
