"""Runs the payment provider's simulator, which is found by its entry point."""

from importlib.metadata import entry_points
from typing import Any

from gateway.cli.output import Exit, fail

GROUP = "tillgraph.simulators"


def run(**options: Any) -> None:
    """Run it until SIGTERM or SIGINT; the options are those of its entry point."""
    found = entry_points(group=GROUP, name="stripe_terminal")
    if not found:
        fail("no simulator is installed", next_step="Install the package tillgraph anew.")
    command = next(iter(found)).load()
    try:
        command(**options)
    except ValueError as error:
        fail(f"the simulator cannot start: {error}", code=Exit.CONFIGURATION)
    except OSError as error:
        fail(f"the simulator cannot start: {error}")
