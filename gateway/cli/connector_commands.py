"""The commands for those who write connectors, with their options and help.

What a command does lies in a module of its own, imported when it runs.
"""
# ruff: noqa: PLC0415

from pathlib import Path
from typing import Annotated, Literal

import typer

from gateway.cli.output import CODES, answer

connector = typer.Typer(no_args_is_help=True)


def _installed(incomplete: str) -> list[str]:
    """Names for the shell to complete; read from what is installed, and nothing is imported."""
    from importlib.metadata import entry_points

    names = {point.name for point in entry_points(group="tillgraph.connectors")}
    return sorted(name for name in names if name.startswith(incomplete))


def _ports(incomplete: str) -> list[str]:
    """Ports for the shell to complete."""
    from connectors.sdk import ports

    return [name for name in (*ports.__all__, "probe") if name.startswith(incomplete)]


Target = Annotated[
    str,
    typer.Argument(
        help="A connector's name, its YAML file, or the folder of its package.",
        autocompletion=_installed,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for machines.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="Write it to this file.")]
SamplesFile = Annotated[
    Path | None,
    typer.Option("--samples", help="YAML file: by method, `known` keys and an `unknown` one."),
]
AddressKey = Annotated[
    str | None,
    typer.Option("--address", help="The configuration key of the address; absent, base_url."),
]
ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", help="YAML file with the connector's own configuration keys."),
]
SourceName = Annotated[
    str | None,
    typer.Option("--source", help="Or take them from this source of the gateway's configuration."),
]
SettingsFile = Annotated[
    Path,
    typer.Option(
        "--settings", "-c", envvar="TILLGRAPH_CONFIG", help="The gateway's configuration."
    ),
]


@connector.command(epilog=CODES)
def new(
    name: Annotated[str, typer.Argument(help="The connector's name, such as acme_pos.")],
    kind: Annotated[
        Literal["http", "yaml"], typer.Option(help="In Python, or as a file without code.")
    ] = "http",
    folder: Annotated[Path, typer.Option(help="Where to put the package.")] = Path(),
) -> None:
    """Begin a connector: a package that works, a small system to try it on, and its tests.

    Examples: tillgraph connector new acme_pos · tillgraph connector new acme_pos --kind yaml
    """
    from gateway.cli.connector.new import create

    create(name, kind, folder)


@connector.command(epilog=CODES)
def check(target: Target, as_json: AsJson = False) -> None:
    """Check a connector without asking its system: its file, manifest, ports and quality.

    Examples: tillgraph connector check ./vendure.yaml · tillgraph connector check kasane_crm --json
    """
    from gateway.cli.connector.check import check as run_check

    run_check(target, as_json=as_json)


@connector.command(epilog=f"{CODES} 1: the system failed.")
def run(
    target: Target,
    port: Annotated[
        str,
        typer.Argument(help="The port to ask, or probe for a sign of life.", autocompletion=_ports),
    ],
    method: Annotated[
        str | None, typer.Option(help="The port's method; absent, the first that reads.")
    ] = None,
    keys: Annotated[
        list[str] | None,
        typer.Option("--keys", "-k", help="What to ask for; again for more. KIND:value if needed."),
    ] = None,
    stores: Annotated[
        list[str] | None, typer.Option(help="Only these stores' rows; again for more.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="Rows of a page.")] = 10,
    config: ConfigFile = None,
    source: SourceName = None,
    settings: SettingsFile = Path("tillgraph.yaml"),
    as_json: AsJson = False,
) -> None:
    """Ask one thing, and show what went over the wire and which records were made of it.

    Secrets are not shown. Nothing is written: only methods that read can be asked.

    Examples: tillgraph connector run kasane_crm CustomerReader --keys EMAIL:a@example.com
    --source crm · tillgraph connector run ./vendure.yaml probe --config vendure.config.yaml
    """
    from gateway.cli.connector.given import given
    from gateway.cli.connector.question import Question
    from gateway.cli.connector.run import run as run_question
    from gateway.logging import configure

    configure("error")
    question = Question("", tuple(keys or ()), tuple(stores) if stores else None, limit)
    to = given(target, config, source, settings)
    run_question(to, port, method, question, as_json=as_json)


@connector.command(epilog=f"{CODES} 1: a fact does not hold.")
def conform(
    target: Target,
    samples: SamplesFile = None,
    config: ConfigFile = None,
    source: SourceName = None,
    settings: SettingsFile = Path("tillgraph.yaml"),
    address: AddressKey = None,
    recording: Annotated[
        Path | None, typer.Option(help="Try it on this recording, and on no live system.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Try a connector fact by fact. Nothing is written in the system.

    Examples: tillgraph connector conform kasane_crm --source crm --samples crm.samples.yaml
    · tillgraph connector conform ./vendure.yaml --config vendure.config.yaml --json
    """
    from gateway.cli.connector.conform import conform as run_conform
    from gateway.cli.connector.conform import live_suite, recorded_suite
    from gateway.cli.connector.given import given
    from gateway.logging import configure

    configure("error")
    to = given(target, config, source, settings)
    if recording is None:
        suite = live_suite(to, samples, address)
    else:
        suite = recorded_suite(to, recording, address)
    run_conform(to, suite, as_json=as_json)


@connector.command(epilog=f"{CODES} 1: the connector is not right.")
def record(
    target: Target,
    samples: SamplesFile = None,
    output: Output = None,
    private: Annotated[
        list[str] | None,
        typer.Option(help="A field of the system's answers to replace besides; again for more."),
    ] = None,
    config: ConfigFile = None,
    source: SourceName = None,
    settings: SettingsFile = Path("tillgraph.yaml"),
    address: AddressKey = None,
) -> None:
    """Record what a live system answers, without secrets and personal data, for tests.

    Without --output it goes into the folder `recordings` beside the connector's manifest.

    Examples: tillgraph connector record kasane_crm --source crm --samples crm.samples.yaml
    · tillgraph connector record ./vendure.yaml --samples v.yaml --private note -o vendure.jsonl
    """
    from gateway.cli.connector.conform import live_suite
    from gateway.cli.connector.given import given
    from gateway.cli.connector.record import record as run_record
    from gateway.logging import configure

    configure("error")
    to = given(target, config, source, settings)
    run_record(to, live_suite(to, samples, address), output, private or [])


@connector.command(epilog=CODES)
def docs(target: Target, output: Output = None) -> None:
    """Print what a connector offers, in Markdown: ports, limits, personal data, configuration.

    Examples: tillgraph connector docs kasane_crm · tillgraph connector docs ./vendure.yaml -o v.md
    """
    from gateway.cli.connector.sheet import sheet
    from gateway.cli.connector.target import found

    page = sheet(found(target))
    if output is None:
        answer(page.rstrip("\n"))
    else:
        output.write_text(page, encoding="utf-8")


@connector.command(epilog=f"{CODES} 1: a rule is called done and is not.")
def score(
    target: Annotated[
        str | None,
        typer.Argument(help="A connector; absent, all of them.", autocompletion=_installed),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show how far connectors have come on the quality scale.

    Examples: tillgraph connector score · tillgraph connector score kasane_crm --json
    """
    from gateway.cli.connector.score import show

    show(target, as_json=as_json)


@connector.command(epilog=CODES)
def schema(output: Output = None) -> None:
    """Print the JSON Schema of files that describe a connector, for editors.

    Examples: tillgraph connector schema · tillgraph connector schema -o connector.schema.json
    """
    from gateway.cli.connector.description import print_schema

    print_schema(output)


@connector.command(epilog=CODES)
def reference(output: Output = None) -> None:
    """Print all that a connector's files may say, in Markdown: every key, port and quality rule.

    Examples: tillgraph connector reference · tillgraph connector reference -o reference.md
    """
    from gateway.cli.connector.description import print_reference

    print_reference(output)
