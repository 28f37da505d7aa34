"""The commands about payments, with their options and help.

What a command does lies in a module of its own, imported when it runs.
"""
# ruff: noqa: PLC0415

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.moment import moment
from gateway.cli.output import CODES

payments = typer.Typer(no_args_is_help=True)

ConfigPath = Annotated[
    Path, typer.Option("--config", "-c", help="The configuration file.", envvar="TILLGRAPH_CONFIG")
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for machines.")]

Since = Annotated[
    datetime | None,
    typer.Option(
        parser=moment,
        metavar="TIME",
        help="Those that came since then: 2026-11-30T09:00, or 2h for two hours ago.",
    ),
]


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


@payments.command(epilog=f"{CODES} 1: some could not be applied.")
def replay(  # noqa: PLR0917 - options are told by name
    config: ConfigPath = Path("tillgraph.yaml"),
    since: Since = None,
    until: Annotated[
        datetime | None,
        typer.Option(parser=moment, metavar="TIME", help="Those that came before then."),
    ] = None,
    event: Annotated[
        list[str] | None,
        typer.Option("--event", help="One message by the provider's id (evt_…); may be repeated."),
    ] = None,
    unapplied: Annotated[
        bool, typer.Option("--unapplied", help="Only those that were never taken up.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Apply messages of the payment provider again: all on record, or those that are meant.

    Each thing that they are about is read at the provider, and what it says is recorded. Nothing is
    sent there, so that the command may run beside a gateway that serves.

    Examples: tillgraph payments replay --unapplied · tillgraph payments replay --since 2h
    · tillgraph payments replay --event evt_1 --json
    """
    from gateway.cli.payment_events import run_replay
    from gateway.logging import configure
    from gateway.payments.event_log import EventQuery

    configure("warning")
    query = EventQuery(since=since, until=until, ids=event or None, is_unapplied=unapplied)
    run_replay(config, query, as_json=as_json)


@payments.command(epilog=CODES)
def events(
    config: ConfigPath = Path("tillgraph.yaml"), since: Since = None, as_json: AsJson = False
) -> None:
    """Count the payment provider's messages: those on record, and those refused, by reason.

    Of what was refused, whole days are counted.

    Examples: tillgraph payments events · tillgraph payments events --since 1d --json
    """
    from gateway.cli.payment_events import run_counts
    from gateway.logging import configure
    from gateway.payments.event_log import EventQuery

    configure("warning")
    run_counts(config, EventQuery(since=since), as_json=as_json)


@payments.command(epilog=f"{CODES} 1: a finding is an error, or the books could not be read.")
def reconcile(
    config: ConfigPath = Path("tillgraph.yaml"),
    since: Annotated[
        datetime | None,
        typer.Option(
            parser=moment,
            metavar="TIME",
            help="From what was made then: 2026-11-30, or 7d. Absent: from the last time on.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare the payment provider's books with the journal now, and tell what is open.

    The gateway does so by itself each day. No money moves, and nothing is sent to a reader, so that
    the command may run beside a gateway that serves.

    Examples: tillgraph payments reconcile · tillgraph payments reconcile --since 7d --json
    """
    from gateway.cli.payment_books import run_reconcile
    from gateway.logging import configure

    configure("warning")
    run_reconcile(config, since, as_json=as_json)


@payments.command(epilog=f"{CODES} 1: there is no such entry.")
def entries(
    config: ConfigPath = Path("tillgraph.yaml"),
    again: Annotated[
        list[str] | None,
        typer.Option("--again", metavar="ENTRY", help="Send this one again; may be repeated."),
    ] = None,
    by_hand: Annotated[
        list[str] | None,
        typer.Option(
            "--by-hand", metavar="ENTRY", help="This one was entered by hand; may be repeated."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the entries that orders' own systems refuse, or take none of: they are left to a person.

    An entry's name is its payment's or refund's id in the journal. Look into the order's system
    before you have one sent again: it may be there.

    Examples: tillgraph payments entries · tillgraph payments entries --again pay_1
    · tillgraph payments entries --by-hand pay_1 --json
    """
    from gateway.cli.payment_entries import run_entries
    from gateway.logging import configure

    configure("warning")
    run_entries(config, again or [], by_hand or [], as_json=as_json)
