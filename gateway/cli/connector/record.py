"""Records what a live system answers, so that tests need it no more."""

import asyncio
from pathlib import Path

from connectors.sdk.quality import RECORDINGS
from connectors.sdk.testing.fact import NotApplicableError, UnprovedError
from connectors.sdk.testing.recording import record as record_to
from connectors.sdk.testing.suite import SuiteConfig
from gateway.cli.connector.given import Given
from gateway.cli.output import Exit, answer, fail, note


def record(given: Given, suite: SuiteConfig, output: Path | None, private: list[str]) -> None:
    """Write the recording, secrets and personal data replaced, and print where it lies.

    Exit code 1: the connector is not right, so that a recording would prove nothing.
    """
    file = output or _beside(given)
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        count = asyncio.run(record_to(given.kind, suite, file, private=private))
    except UnprovedError as error:
        step = "tillgraph connector conform tells every fact that does not hold."
        fail(f"nothing is recorded: {error}", next_step=step)
    except NotApplicableError as error:
        fail(f"nothing can be recorded: {error}", code=Exit.CONFIGURATION)
    answer(str(file))
    note(f"{count} exchanges; read them before they are committed")


def _beside(given: Given) -> Path:
    """Where the quality scale looks for recordings."""
    if given.kind.home is None:
        fail("name a file with --output", code=Exit.CONFIGURATION)
    return given.kind.home / RECORDINGS / f"{given.kind.name}.jsonl"
