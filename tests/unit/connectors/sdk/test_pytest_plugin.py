"""The plugin marks the kit's tests and sums them up."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
TESTS = """
from connectors.sdk.testing import connector_test_class
from tests.unit.connectors.sdk.testing.connector import ShopConnector
from tests.unit.connectors.sdk.testing.shop import SUITE

TestShop = connector_test_class(ShopConnector, SUITE)

def test_other(): pass
"""


def test_summary(tmp_path: Path) -> None:
    """Tests of the kit are chosen by its mark; the summary counts them for each connector."""
    (tmp_path / "test_shop.py").write_text(TESTS, encoding="utf-8")
    plugins = ["-p", "connectors.sdk.pytest_plugin", "-p", "no:cacheprovider"]
    chosen = ["-m", "conformance", "-k", "empty_batch or probe_succeeds or test_other"]

    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, *chosen, "--rootdir", tmp_path, tmp_path],
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
    )

    assert 0 == ran.returncode, ran.stdout
    assert "shop: 4 proved, 0 failed, 0 not applicable" in ran.stdout
    assert "4 passed" in ran.stdout
