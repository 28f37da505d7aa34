"""Every command with its options and its help. What a command does lies in a module of its own.

Those modules are imported when their command runs: `tillgraph --help` need not load a web server.
"""
# ruff: noqa: PLC0415

from pathlib import Path
from typing import Annotated, Literal

import typer

from gateway.cli import connector_commands, estate_commands
from gateway.cli.output import CODES, answer
from gateway.cli.payments import payments

application = typer.Typer(
    add_completion=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=f"{CODES} Begin with: tillgraph demo",
    help="One GraphQL graph over the systems a retailer already has, with card payments on named"
    " readers.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
configuration = typer.Typer(no_args_is_help=True)
application.add_typer(configuration, name="config", help="About the configuration file.")
application.add_typer(
    estate_commands.estate,
    name="estate",
    help="Command the sample systems that `tillgraph demo` has started.",
)
application.add_typer(payments, name="payments", help="About payments and their journal.")
application.add_typer(
    connector_commands.connector, name="connector", help="For those who write connectors."
)
application.command("demo", epilog=CODES)(estate_commands.demo)
application.command("system", epilog=CODES)(estate_commands.system)
application.command("stripe-simulator", epilog=CODES)(estate_commands.stripe_simulator)

ConfigPath = Annotated[
    Path, typer.Option("--config", "-c", help="The configuration file.", envvar="TILLGRAPH_CONFIG")
]
Port = Annotated[
    int | None,
    typer.Option(
        min=0,
        max=65_535,
        envvar="PORT",
        help="The port; 0 takes a free one. Absent: as configured.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for machines.")]


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        answer(f"tillgraph {version('tillgraph')}")
        raise typer.Exit


@application.callback()
def _root(
    _: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    pass


@application.command(epilog=f"{CODES} SIGHUP reads the configuration anew; SIGTERM drains.")
def serve(
    config: ConfigPath = Path("tillgraph.yaml"),
    host: Annotated[
        str | None,
        typer.Option(help="The address; beyond loopback, keys must be configured."),
    ] = None,
    port: Port = None,
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        typer.Option(help="The least important line that is written."),
    ] = "info",
    log_format: Annotated[
        Literal["auto", "json", "console"],
        typer.Option(help="auto is console at a terminal, and json elsewhere."),
    ] = "auto",
) -> None:
    """Serve the graph.

    No system is asked while starting: one that is dead leaves holes, and comes back by itself.

    Examples: tillgraph serve · tillgraph serve --config shop.yaml --port 9000 --log-format json
    """
    from gateway.cli.serve import run
    from gateway.logging import configure

    configure(log_level, log_format)
    run(config, host=host, port=port)


@application.command(epilog=f"{CODES} 1: a system does not answer.")
def check(config: ConfigPath = Path("tillgraph.yaml"), as_json: AsJson = False) -> None:
    """Check the configuration, then ask every system for a sign of life.

    Examples: tillgraph check · tillgraph check --config shop.yaml --json
    """
    from gateway.cli.check import check as run
    from gateway.logging import configure

    configure("error")
    run(config, as_json=as_json)


@application.command(epilog=f"{CODES} 1 with --check: the printed schema is not current.")
def schema(
    compare: Annotated[
        bool, typer.Option("--check", help="Compare with the printed schema instead.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write it to this file.")
    ] = None,
) -> None:
    """Print the graph's schema in GraphQL's own language.

    Examples: tillgraph schema · tillgraph schema --output schema.graphql · tillgraph schema --check
    """
    from gateway.cli.schema import compare as run_compare
    from gateway.cli.schema import print_sdl

    if compare:
        run_compare(output)
    else:
        print_sdl(output)


@application.command(epilog=CODES)
def connectors(as_json: AsJson = False) -> None:
    """List the connectors that are installed, and what each offers.

    Examples: tillgraph connectors · tillgraph connectors --json
    """
    from connectors.sdk.registry import Registry
    from gateway.cli.connectors import show

    show(Registry.discover(), as_json=as_json)


@configuration.command("schema", epilog=CODES)
def configuration_schema(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write it to this file.")
    ] = None,
) -> None:
    """Print the JSON Schema of the configuration, for editors that complete and check it.

    Examples: tillgraph config schema · tillgraph config schema --output tillgraph.schema.json
    """
    from gateway.cli.configuration import print_schema

    print_schema(output)


@configuration.command("reference", epilog=CODES)
def configuration_reference(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write it to this file.")
    ] = None,
) -> None:
    """Print what the configuration may say, in Markdown: every key, also of each connector.

    A file that has the command's two marks keeps what stands before and after them.

    Examples: tillgraph config reference · tillgraph config reference --output docs/configuration.md
    """
    from gateway.cli.configuration import print_reference

    print_reference(output)


@configuration.command("sample", epilog=CODES)
def configuration_sample(
    host: Annotated[str, typer.Option(help="The address that the gateway listens at.")] = "",
    pos: Annotated[str, typer.Option(help="Address of the POS.")] = "http://127.0.0.1:8001",
    oms: Annotated[str, typer.Option(help="Address of the OMS.")] = "http://127.0.0.1:8002",
    crm: Annotated[str, typer.Option(help="Address of the CRM.")] = "http://127.0.0.1:8003",
    wms: Annotated[str, typer.Option(help="The WMS's database.")] = "sqlite:///wms.sqlite3",
    deliveries: Annotated[str, typer.Option(help="Folder of the nightly files.")] = "deliveries",
    stripe: Annotated[
        str, typer.Option(help="Address of the simulator.")
    ] = "http://127.0.0.1:8004",
    storage: Annotated[
        str, typer.Option(help="The gateway's own database.")
    ] = "sqlite+aiosqlite:///tillgraph.db",
    readers: Annotated[
        Path | None,
        typer.Option(help="Write the stores' readers to this file, for the simulator's --setup."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write it to this file.")
    ] = None,
) -> None:
    """Print the configuration of the sample retailer, to begin your own with.

    Beyond loopback it names a key, which is read from the environment variable TILLGRAPH_KEY.

    Examples: tillgraph config sample · tillgraph config sample --output tillgraph.yaml
    """
    from gateway.cli.configuration import print_sample
    from gateway.demo.configuration import Addresses

    addresses = Addresses(pos, oms, crm, wms, deliveries, stripe, storage)
    print_sample(addresses, host, readers=readers, output=output)
