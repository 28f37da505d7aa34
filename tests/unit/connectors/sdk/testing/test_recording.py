"""A recording is proved as the live system was, and holds nothing of it that must not be told."""

from pathlib import Path

from connectors.sdk.testing import recording
from connectors.sdk.testing.conform import Standing, run
from connectors.sdk.testing.facts import facts
from connectors.sdk.testing.kit import kind_of
from tests.unit.connectors.sdk.testing.broken import TellsLessOfMany
from tests.unit.connectors.sdk.testing.connector import ShopConnector
from tests.unit.connectors.sdk.testing.shop import KEY, SUITE


async def test_recorded(tmp_path: Path) -> None:
    """What was recorded once proves all that can be read, without the system and its key."""
    kind, path = kind_of(ShopConnector), tmp_path / "shop.jsonl"
    count = await recording.record(kind, SUITE, path)

    report = await run(kind, recording.replay(path, {"key": "any-other-key"}))

    assert report.is_conforming
    proved = {it.fact for it in report.findings if it.standing is Standing.PROVED}
    replayable = {it.name for it in facts(kind, ()) if it.replayable}
    assert proved <= replayable
    assert {"probe_succeeds", "orders_batch_equals_singles"} <= proved
    assert "order_page_small_pages_are_one_list" in proved
    text = path.read_text(encoding="utf-8")
    assert count == len(text.splitlines()) - 1
    assert KEY not in text
    assert "taro." not in text
    assert "青いシャツ" in text


async def test_broken_on_a_recording(tmp_path: Path) -> None:
    """A connector that has become wrong fails on the recording."""
    path = tmp_path / "shop.jsonl"
    await recording.record(kind_of(ShopConnector), SUITE, path)

    report = await run(kind_of(TellsLessOfMany), recording.replay(path, {"key": "any"}))

    failed = {it.fact for it in report.findings if it.standing is Standing.FAILED}
    assert "orders_batch_equals_singles" in failed
