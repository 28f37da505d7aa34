"""`python -m connectors.stripe_terminal.simulator`."""

import argparse
from pathlib import Path

from connectors.stripe_terminal.simulator import command
from connectors.stripe_terminal.simulator.setup import SetupError


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m connectors.stripe_terminal.simulator",
        description="A simulator of Stripe's API for server-driven Terminal.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="where to listen")
    parser.add_argument("--port", type=int, default=0, help="of the API; 0 is a free one")
    parser.add_argument("--control-port", type=int, default=0, help="of the commands")
    parser.add_argument("--setup", type=Path, help="JSON file of locations and readers")
    parser.add_argument("--ready", type=Path, help="JSON file to write once it listens")
    parser.add_argument(
        "--tap-after", type=float, metavar="SECONDS", help="when a customer taps a good card"
    )
    parser.add_argument("--webhook-url", help="where events are sent")
    parser.add_argument("--webhook-secret", help="signs them")
    parser.add_argument(
        "--webhook-event",
        action="append",
        default=[],
        metavar="KIND",
        help="a kind that is sent, once for each; * is all, and none are those of Terminal",
    )
    return parser


def main() -> None:
    """Run the simulator."""
    parser = _parser()
    options = parser.parse_args()
    try:
        command(
            host=options.host,
            port=options.port,
            control_port=options.control_port,
            setup=options.setup,
            ready=options.ready,
            tap_after_s=options.tap_after,
            webhook_url=options.webhook_url,
            webhook_secret=options.webhook_secret,
            webhook_events=options.webhook_event,
        )
    except SetupError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
