"""A simulator of Stripe's API for server-driven Terminal, as a process of its own."""
# ruff: noqa: PLC0415 - it is imported to be found, and loads its web server when it runs

from collections.abc import Sequence
from pathlib import Path


def command(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    control_port: int = 0,
    setup: Path | None = None,
    ready: Path | None = None,
    tap_after_s: float | None = None,
    webhook_url: str | None = None,
    webhook_secret: str | None = None,
    webhook_events: Sequence[str] = (),
) -> None:
    """Run it until SIGTERM or SIGINT; port 0 is a free one.

    Args:
        host: Where to listen, for the API and for commands.
        port: Of the API.
        control_port: Of the commands.
        setup: JSON file of locations and readers; one reader without it.
        ready: Told `{"pid", "control", "url"}`, whole or not at all, once it listens.
        tap_after_s: How long after a payment has reached a reader a customer taps a good card.
        webhook_url: Where events are sent, beside where the setup and the API's callers say.
        webhook_secret: Signs them.
        webhook_events: Which kinds are sent there; `*` is all. None are those of Terminal.

    Raises:
        SetupError: The file cannot be used, or only one of address and secret is given.
    """
    import asyncio

    from msgspec.structs import replace

    from connectors.stripe_terminal.simulator.process import Listen, serve
    from connectors.stripe_terminal.simulator.setup import (
        TERMINAL_EVENTS,
        SetupError,
        WebhookSetup,
        setup_from,
    )

    if bool(webhook_url) != bool(webhook_secret):
        raise SetupError("webhooks need an address and a signing secret, both or neither")
    begin = setup_from(setup)
    if webhook_url and webhook_secret:
        events = tuple(webhook_events) or TERMINAL_EVENTS
        hook = WebhookSetup(webhook_url, webhook_secret, events)
        begin = replace(begin, webhooks=(*begin.webhooks, hook))
    listen = Listen(host, port, control_port)
    asyncio.run(serve(begin, listen, ready=ready, tap_after_s=tap_after_s))
