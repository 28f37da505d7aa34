"""Which tests share a worker: those of a folder where processes are started once for all of them.

A plugin of pytest. The mark `xdist_group` has no effect: pytest-xdist 3.8 writes it into the ids of
tests, which pytest 9.2 does not let it do.
"""

from collections.abc import Sequence

import pytest
from typing_extensions import override
from xdist.remote import Producer  # type: ignore[import-untyped]
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

FOLDERS = ("tests/docs/", "tests/e2e/")


class _Grouped(LoadScopeScheduling):  # type: ignore[misc]
    """Every test goes to whichever worker is free, but for those that stay together."""

    @override
    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid, FOLDERS)


def group(nodeid: str, folders: Sequence[str]) -> str:
    """What a test belongs to: one of the folders, or nothing but itself."""
    return next((folder for folder in folders if nodeid.startswith(folder)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """See pytest-xdist."""
    return _Grouped(config, log)
