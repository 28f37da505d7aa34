import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.sdk.document.problem import ConfigurationError, Problem
from gateway.cli.reload import Reloader
from gateway.http.settings import HttpSettings
from gateway.settings.model import Settings
from gateway.settings.source import SourceSettings

SOURCE = SourceSettings(connector="shop")
BEFORE = Settings(sources={"pos": SOURCE})
AFTER = Settings(sources={"pos": SOURCE, "oms": SOURCE})
WRONG = ConfigurationError(Path("tillgraph.yaml"), [Problem(3, 1, "sorces", "unknown key")])


class Gateway:
    """What is reloaded: remembers the settings that were applied, or refuses them."""

    def __init__(self, error: Exception | None = None) -> None:
        self.applied: list[Settings] = []
        self._error = error

    async def reload(self, settings: Settings) -> None:
        """See `Reloader`."""
        if self._error is not None:
            raise self._error
        self.applied.append(settings)


async def _asked(read: Callable[[], Settings], gateway: Gateway, *, times: int = 1) -> None:
    """Ask for a reload, and wait until each is through."""
    through = asyncio.Event()

    def reading() -> Settings:
        loop.call_soon_threadsafe(through.set)
        return read()

    loop = asyncio.get_running_loop()
    asked = asyncio.Event()
    watching = asyncio.create_task(Reloader(asked, BEFORE, reading, gateway.reload).run())
    for _ in range(times):
        asked.set()
        await through.wait()
        through.clear()
        await asyncio.sleep(0.05)
    assert not watching.done()
    watching.cancel()


async def test_a_valid_file_is_applied(caplog: pytest.LogCaptureFixture) -> None:
    """The gateway gets the new settings, and the log says so."""
    gateway = Gateway()

    with caplog.at_level(logging.INFO):
        await _asked(lambda: AFTER, gateway, times=2)

    assert [AFTER, AFTER] == gateway.applied
    assert ["the configuration is applied"] * 2 == caplog.messages


async def test_a_wrong_file_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """Every problem is logged with its place, and the gateway goes on."""

    def wrong() -> Settings:
        raise WRONG

    gateway = Gateway()
    await _asked(wrong, gateway, times=2)

    assert [] == gateway.applied
    assert [
        "configuration is wrong: tillgraph.yaml:3:1: sorces: unknown key",
        "going on with the configuration as it was",
    ] * 2 == caplog.messages


async def test_an_address_that_is_not_allowed_changes_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The command line's address holds over the new file as well."""

    def wrong() -> Settings:
        raise ValueError("server: keys are needed beyond loopback")

    gateway = Gateway()
    await _asked(wrong, gateway)

    assert [] == gateway.applied
    assert "keys are needed beyond loopback" in caplog.text


async def test_settings_that_cannot_be_applied_leave_the_gateway_running(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Also when the fault is ours."""
    await _asked(lambda: AFTER, Gateway(RuntimeError("no")), times=2)

    assert 2 == caplog.text.count("it could not be applied")


async def test_another_address_is_told_to_need_a_restart(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """All else is applied."""
    moved = AFTER.model_copy(update={"server": HttpSettings(port=9999)})
    gateway = Gateway()

    await _asked(lambda: moved, gateway)

    assert [moved] == gateway.applied
    assert "`server` changes with a restart only" in caplog.text
