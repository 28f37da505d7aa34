"""The commands about the sample retailer, with their options and help.

What a command does lies in a module of its own, imported when it runs.
"""
# ruff: noqa: PLC0415

from pathlib import Path
from typing import Annotated, Literal

import typer

from gateway.cli.output import CODES

estate = typer.Typer(no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for machines.")]
Work = Annotated[
    Path | None,
    typer.Option(
        "--work", help="The work folder of `tillgraph demo`. Absent: that of the one started last."
    ),
]
SystemName = Annotated[
    str, typer.Argument(help="The system: pos, oms, crm, wms, deliveries or stripe.")
]
Host = Annotated[str, typer.Option(help="The address to listen at.")]
ControlPort = Annotated[
    int, typer.Option(min=0, max=65_535, help="The port for commands; 0 is a free one.")
]
ReadyFile = Annotated[
    Path | None, typer.Option("--ready", help="Told pid and addresses once it listens.")
]


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Show the sample query and one payment, then end.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON line with the addresses when ready.")
    ] = False,
    port: Annotated[
        int | None,
        typer.Option(
            min=1, max=65_535, envvar="PORT", help="The gateway's. Absent: 8080 if free, else any."
        ),
    ] = None,
    work: Annotated[
        Path | None,
        typer.Option("--work", help="Where it keeps files and logs. Absent: a new one."),
    ] = None,
    tap_after_s: Annotated[
        float,
        typer.Option("--tap-after", min=0.0, help="Seconds until a customer taps a card."),
    ] = 1.5,
) -> None:
    """Start a sample retailer with its old systems, and the gateway over them.

    Examples: tillgraph demo · tillgraph demo --once · tillgraph demo --json --port 9000
    """
    from gateway.cli.demo import run

    run(once=once, as_json=as_json, port=port, work=work, tap_after_s=tap_after_s)


def system(
    name: Annotated[
        Literal["pos", "oms", "crm", "wms", "deliveries"],
        typer.Argument(help="Which of the sample systems."),
    ],
    host: Host = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="The system's port; 0 is a free one.")
    ] = 0,
    control_port: ControlPort = 0,
    work: Annotated[Path, typer.Option(help="Where it keeps its files.")] = Path(),
    ready: ReadyFile = None,
) -> None:
    """Run one of the sample systems by itself, as `tillgraph demo` runs them all.

    Example: tillgraph system pos --port 8001 --control-port 9001
    """
    from gateway.demo.process import Listen
    from gateway.demo.systems import run_system

    run_system(name, Listen(host, port, control_port, ready), work)


def stripe_simulator(
    port: Annotated[
        int, typer.Argument(min=0, max=65_535, help="The API's port; 0 is a free one.")
    ] = 0,
    host: Host = "127.0.0.1",
    control_port: ControlPort = 0,
    setup: Annotated[
        Path | None,
        typer.Option(help="JSON file of locations, readers and more; one reader without it."),
    ] = None,
    ready: ReadyFile = None,
    tap_after_s: Annotated[
        float | None,
        typer.Option("--tap-after", min=0.0, help="Seconds until a customer taps a good card."),
    ] = None,
    webhook_url: Annotated[
        str | None, typer.Option(help="Where events are sent.", rich_help_panel="Webhooks")
    ] = None,
    webhook_secret: Annotated[
        str | None,
        typer.Option(
            envvar="STRIPE_WEBHOOK_SECRET", help="Signs them.", rich_help_panel="Webhooks"
        ),
    ] = None,
    webhook_event: Annotated[
        list[str] | None,
        typer.Option(
            help="A kind that is sent, once for each; * is all. Absent: those of Terminal.",
            rich_help_panel="Webhooks",
        ),
    ] = None,
) -> None:
    """Run a simulator of Stripe Terminal, for tests and for trying out without an account.

    A browser shows the readers at the API's own address, and lets you tap cards there.

    Example: tillgraph stripe-simulator 4242 --tap-after 2
    """
    from gateway.cli.simulator import run

    run(
        port=port,
        host=host,
        control_port=control_port,
        setup=setup,
        ready=ready,
        tap_after_s=tap_after_s,
        webhook_url=webhook_url,
        webhook_secret=webhook_secret if webhook_url else None,
        webhook_events=webhook_event or (),
    )


@estate.command(epilog=CODES)
def status(work: Work = None, as_json: AsJson = False) -> None:
    """Tell what every sample system does.

    Examples: tillgraph estate status · tillgraph estate status --json
    """
    from gateway.cli.estate import show

    show(work, as_json=as_json)


@estate.command(epilog=CODES)
def slow(
    name: SystemName,
    seconds: Annotated[
        float, typer.Option(min=0.0, max=600.0, help="How long each answer takes.")
    ] = 5.0,
    work: Work = None,
) -> None:
    """Make a system slow.

    Example: tillgraph estate slow oms --seconds 3
    """
    from gateway.cli.estate import turn

    turn(name, "slow", seconds, work)


@estate.command(epilog=CODES)
def wrong(name: SystemName, work: Work = None) -> None:
    """Make a system answer in a form that nobody knows.

    Example: tillgraph estate wrong crm
    """
    from gateway.cli.estate import turn

    turn(name, "wrong", 0.0, work)


@estate.command(epilog=CODES)
def dead(name: SystemName, work: Work = None) -> None:
    """Make a system unreachable.

    Example: tillgraph estate dead pos
    """
    from gateway.cli.estate import turn

    turn(name, "dead", 0.0, work)


@estate.command(epilog=CODES)
def heal(name: SystemName, work: Work = None) -> None:
    """Let a system answer as it should again.

    Example: tillgraph estate heal pos
    """
    from gateway.cli.estate import turn

    turn(name, "ok", 0.0, work)
