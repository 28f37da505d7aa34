"""The commands about payments, with their options and help.

What a command does lies in a module of its own, imported when it runs.
"""
# ruff: noqa: PLC0415

from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.output import CODES

payments = typer.Typer(no_args_is_help=True)


@payments.callback()
def _group() -> None:
    """Keep the name of a command that is the only one of its group."""


@payments.command(epilog=f"{CODES} 1 with --check: the page is not current.")
def states(
    compare: Annotated[
        Path | None, typer.Option("--check", help="Compare with the picture in this page.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write it to this file.")
    ] = None,
) -> None:
    """Print the states of a payment and what leads where, as a Mermaid diagram.

    A file that has the command's two marks keeps what stands before and after them.

    Examples: tillgraph payments states · tillgraph payments states --output docs/payments.md
    · tillgraph payments states --check docs/payments.md
    """
    from gateway.cli.payment_states import compare as run_compare
    from gateway.cli.payment_states import show

    if compare is not None:
        run_compare(compare)
    else:
        show(output)
