"""The simulator as a process."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
import stripe

SETUP = {
    "locations": [{"id": "tml_1", "display_name": "Ginza"}],
    "readers": [{"id": "tmr_1", "label": "Front counter", "location": "tml_1"}],
}


@contextmanager
def process(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A process that is gone after the block."""
    with subprocess.Popen(
        [sys.executable, *arguments], stderr=subprocess.PIPE, text=True
    ) as started:
        try:
            yield started
        finally:
            started.kill()


def ready(file: Path) -> Any:
    """What it says of itself once it listens."""
    end = time.monotonic() + 15
    while not file.exists():
        assert time.monotonic() < end
        time.sleep(0.02)
    return json.loads(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_runs_until_it_is_told_to_end(tmp_path: Path, number: signal.Signals) -> None:
    """By itself, with the readers of a file and a customer who taps."""
    setup, file = tmp_path / "setup.json", tmp_path / "ready.json"
    setup.write_text(json.dumps(SETUP), encoding="utf-8")
    options = ("--setup", str(setup), "--ready", str(file), "--tap-after", "0.1")
    with process("-m", "connectors.stripe_terminal.simulator", *options) as started:
        state = ready(file)
        client = stripe.StripeClient("sk_test_1", base_addresses={"api": state["url"]})
        reader = client.v1.terminal.readers.retrieve("tmr_1")
        started.send_signal(number)

        assert 0 == started.wait(10)
        assert started.pid == state["pid"]
        assert "Front counter" == reader.label
        assert started.stderr is not None
        assert state["url"] in started.stderr.read()


def test_it_is_found_by_its_entry_point(tmp_path: Path) -> None:
    """So does the demonstration start it; finding it loads no web server."""
    (entry,) = (
        it for it in entry_points(group="tillgraph.simulators") if it.name == "stripe_terminal"
    )
    module, _, name = entry.value.partition(":")
    file = tmp_path / "ready.json"
    code = (
        f"import sys, pathlib\nfrom {module} import {name}\n"
        "assert 'aiohttp' not in sys.modules\n"
        f"{name}(ready=pathlib.Path(sys.argv[1]))"
    )
    with process("-c", code, str(file)) as started:
        assert {"pid", "control", "url"} == ready(file).keys()
        os.kill(started.pid, signal.SIGTERM)
        assert 0 == started.wait(10)


@pytest.mark.parametrize(
    "options", [("--setup", "none.json"), ("--webhook-url", "http://127.0.0.1:9")]
)
def test_wrong_options_are_told(options: tuple[str, str]) -> None:
    """In a sentence, without a traceback."""
    with process("-m", "connectors.stripe_terminal.simulator", *options) as started:
        assert 2 == started.wait(10)
        assert started.stderr is not None
        assert "Traceback" not in started.stderr.read()
