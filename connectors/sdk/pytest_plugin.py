"""The pytest plugin: it knows the mark of conformance tests, and tells how connectors have done.

It lies outside `connectors.sdk.testing`, and imports nothing of it: pytest loads plugins before all
else, and runs that try no connector shall not wait for the kit.
"""

from collections import Counter, defaultdict

import pytest

_MARK = "conformance"
_OF = "conformance_of"  # what the kit calls it on its classes
_PROPERTY = "conformance of"


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known, by which `-m conformance` chooses."""
    config.addinivalue_line("markers", f"{_MARK}(connector): what the kit proves of a connector")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the kit's tests, and note which connector each is about, for the summary."""
    for item in items:
        connector = getattr(getattr(item, "cls", None), _OF, None)
        if connector is not None:
            item.add_marker(getattr(pytest.mark, _MARK)(connector))
            item.user_properties.append((_PROPERTY, connector))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell of each connector how many facts are proved, failed and not applicable."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for standing in ("passed", "failed", "skipped"):
        for report in terminalreporter.stats.get(standing, ()):
            for name, connector in getattr(report, "user_properties", ()):
                if name == _PROPERTY:
                    counts[connector][standing] += 1
    if not counts:
        return
    terminalreporter.section("conformance")
    for connector, count in sorted(counts.items()):
        proved = f"{count['passed']} proved, {count['failed']} failed"
        terminalreporter.line(f"{connector}: {proved}, {count['skipped']} not applicable")
