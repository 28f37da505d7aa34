"""The command `tillgraph`."""


def main() -> None:
    """Run the command line and end the process with its exit code."""
    # Loaded here, so that importing this package stays free of the command line.
    from gateway.cli.command import application  # noqa: PLC0415

    application(prog_name="tillgraph")
