"""The rules of the house that no linter holds."""

import importlib
import re
import subprocess
import tomllib
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("schema", "connectors", "gateway")
LOCKS = ("requirements.lock", "requirements-runtime.lock", "requirements-build.lock")

MACHINE_PATH = re.compile(r"(?<![\w.\-/}])/(?:work|root|home|Users)/")
REGISTRY_HOST = re.compile(r"pypi\.org|pythonhosted\.org|registry\.npmjs\.org|conda\.anaconda\.org")
ADDRESS = re.compile(r"://|^\s*(?:-i|-f|--(?:extra-)?index-url|--find-links)\b", re.MULTILINE)
PIN = re.compile(r"^([A-Za-z0-9._\-]+)(?:\[[^\]]*\])?==([^\s;]+)")


def _tracked() -> list[Path]:
    """Files under version control, or about to be; all of them where there is no repository."""
    git = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others"]
    try:
        listed = subprocess.run(
            [*git, "--exclude-standard"], cwd=ROOT, capture_output=True, check=True, text=True
        ).stdout
    except (FileNotFoundError, subprocess.CalledProcessError):
        return [path for path in ROOT.rglob("*") if path.is_file() and ".venv" not in path.parts]
    paths = (ROOT / name for name in listed.split("\0") if name)
    return [path for path in paths if path.is_file()]


def _python(*folders: str) -> Iterator[Path]:
    return (path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def _longer_than(lines: int, *folders: str) -> list[str]:
    return [
        str(path.relative_to(ROOT))
        for path in _python(*folders)
        if len(path.read_text(encoding="utf-8").splitlines()) > lines
    ]


def _lines_with(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for path in _tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{path.relative_to(ROOT)}:{number}"
            for number, line in enumerate(text.splitlines(), start=1)
            if pattern.search(line)
        ]
    return found


def _project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _pins(lock: str) -> dict[str, str]:
    """Versions by canonical name."""
    matches = map(PIN.match, (ROOT / lock).read_text(encoding="utf-8").splitlines())
    return {canonicalize_name(match[1]): match[2] for match in matches if match}


@pytest.mark.parametrize("name", PACKAGES)
def test_the_packages_imported_are_ours(name: str) -> None:
    """Packages of these names exist elsewhere; the ones imported lie in this tree."""
    package = importlib.import_module(name)

    assert package.__file__ is not None
    assert ROOT / name / "__init__.py" == Path(package.__file__).resolve()


@pytest.mark.parametrize("name", PACKAGES)
def test_the_packages_say_that_they_are_typed(name: str) -> None:
    """Type checkers read the annotations of an installed package only where py.typed lies."""
    assert (ROOT / name / "py.typed").is_file()


def test_no_source_file_is_longer_than_500_lines() -> None:
    """A longer file holds more than one noun."""
    assert [] == _longer_than(500, *PACKAGES)


def test_no_test_file_is_longer_than_600_lines() -> None:
    """A longer test file tests more than one module."""
    assert [] == _longer_than(600, "tests")


def test_every_module_is_named_after_what_it_holds() -> None:
    """Names that fit everything say nothing."""
    empty = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}

    named = [
        str(path.relative_to(ROOT))
        for path in _python(*PACKAGES, "tests")
        if empty & {part.strip("_") for part in path.relative_to(ROOT).with_suffix("").parts}
    ]

    assert [] == named


def test_no_file_names_a_path_of_some_machine() -> None:
    """The tree works wherever it is cloned."""
    assert [] == _lines_with(MACHINE_PATH)


def test_no_file_names_a_package_registry() -> None:
    """Where packages come from is decided by who installs them."""
    assert [] == _lines_with(REGISTRY_HOST)


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_carry_versions_and_hashes_but_no_address(lock: str) -> None:
    """An address in a lock would bind every installation to one index."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    unhashed = [
        line for line in text.splitlines() if PIN.match(line) and not line.rstrip().endswith("\\")
    ]

    assert _pins(lock)
    assert [] == unhashed
    assert ADDRESS.search(text) is None


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-runtime.lock"])
def test_locks_answer_every_dependency(lock: str) -> None:
    """What the project asks for is pinned, in a version that the project accepts."""
    wanted = [Requirement(line) for line in _project()["project"]["dependencies"]]
    pins = _pins(lock)

    unmet = [
        str(requirement)
        for requirement in wanted
        if not requirement.specifier.contains(pins.get(canonicalize_name(requirement.name), "0"))
    ]

    assert [] == unmet


def test_the_full_lock_answers_every_development_tool() -> None:
    """`make` installs this lock alone, so every tool it calls must be in it."""
    groups: dict[str, list[Any]] = _project()["dependency-groups"]
    tools = [
        Requirement(line) for group in groups.values() for line in group if isinstance(line, str)
    ]

    assert set() == {canonicalize_name(tool.name) for tool in tools} - set(
        _pins("requirements.lock")
    )


def test_the_locks_agree() -> None:
    """What is tested is what runs: the smaller locks are parts of the full one."""
    full = _pins("requirements.lock").items()

    assert _pins("requirements-runtime.lock").items() <= full
    assert _pins("requirements-build.lock").items() <= full


@pytest.mark.parametrize("group", ["tillgraph.connectors", "tillgraph.simulators"])
def test_every_entry_point_leads_somewhere(group: str) -> None:
    """A connector that is declared can be loaded."""
    declared = _project()["project"]["entry-points"][group]
    installed = {entry.name: entry for entry in entry_points(group=group)}

    assert declared == {name: installed[name].value for name in declared}
    for name in declared:
        assert callable(installed[name].load())


def test_every_connector_is_declared() -> None:
    """A folder with a manifest that no entry point leads to would never be found."""
    declared = _project()["project"]["entry-points"]["tillgraph.connectors"].values()
    described = ("manifest.toml", "connector.yaml")
    folders = {
        path.parent.name for name in described for path in (ROOT / "connectors").glob(f"*/{name}")
    }

    assert folders == {value.split(".")[1] for value in declared}
