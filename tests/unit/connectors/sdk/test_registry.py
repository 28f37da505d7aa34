"""Connectors are found by entry point: these tests install packages of their own."""

import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from connectors.sdk.registry import PORTS, Registry

MANIFEST = 'id = "{name}"\nversion = "1.0.0"\ntitle = "A shelf"\n'
CLIENT = dedent(
    """
    from pydantic import BaseModel


    class Config(BaseModel):
        path: str = "shelf.csv"


    class Shelf:
        Config = Config

        async def probe(self, ctx): ...
        async def aclose(self): ...
        async def stock_levels(self, ctx, skus, stores): return {}
        async def incoming(self, ctx, skus, stores): return {}
    """
)


class Site:
    """A folder on the path, into which packages are installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def install(
        self,
        package: str,
        *,
        client: str = CLIENT,
        manifest: str | None = MANIFEST,
        name: str | None = None,
        value: str | None = None,
    ) -> str:
        """Install a package with one connector; return the connector's name."""
        name = name or package
        home = self.folder / package
        home.mkdir()
        (home / "__init__.py").write_text("")
        (home / "client.py").write_text(client)
        if manifest is not None:
            (home / "manifest.toml").write_text(manifest.format(name=name))
        info = self.folder / f"{package}-1.0.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0.0\n")
        target = value or f"{package}.client:Shelf"
        (info / "entry_points.txt").write_text(f"[tillgraph.connectors]\n{name} = {target}\n")
        return name


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A place for packages that is gone after the test, and the modules loaded from it."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield Site(tmp_path)
    for name in set(sys.modules) - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def test_an_installed_connector_is_found(site: Site) -> None:
    """Its ports are learnt from its class, its limits from its manifest."""
    name = site.install("acme_shelf")
    found = Registry.discover().working[name]

    assert ("acme_shelf", "Shelf", "Config") == (
        found.name,
        found.cls.__name__,
        found.config.__name__,
    )
    assert frozenset({"StockReader", "IncomingReader"}) == found.ports
    assert "A shelf" == found.manifest.title


def test_connectors_are_listed_by_name(site: Site) -> None:
    """The order does not depend on what was installed first."""
    site.install("acme_b")
    site.install("acme_a")
    names = [name for name in Registry.discover().working if name.startswith("acme")]

    assert ["acme_a", "acme_b"] == names


@pytest.mark.parametrize(
    ("client", "reason"),
    [
        ("import acme_that_is_not_there", "ModuleNotFoundError"),
        ("raise SystemExit(3)", "SystemExit"),
        ("Shelf = 5", "TypeError: the entry point must name a class"),
        ("class Shelf: ...", "AttributeError"),
        ("class Shelf:\n    Config = dict", "TypeError: Config must be a pydantic model"),
        ("class Other: ...", "AttributeError"),
    ],
)
def test_a_broken_connector_hurts_no_other(site: Site, client: str, reason: str) -> None:
    """It is listed with its reason, and the rest works."""
    broken = site.install("acme_broken", client=client)
    sound = site.install("acme_sound")
    registry = Registry.discover()

    assert sound in registry.working
    assert broken not in registry.working
    assert registry.broken[broken].reason.startswith(reason)


@pytest.mark.parametrize(
    ("manifest", "reason"),
    [
        (None, "acme_broken/manifest.toml"),
        ("id = ", "acme_broken/manifest.toml"),
        ('id = "acme_broken"', "acme_broken/manifest.toml: version: Field required"),
        (MANIFEST.replace("{name}", "other"), "manifest.toml: id: expected 'acme_broken'"),
    ],
)
def test_a_manifest_must_be_there_and_right(site: Site, manifest: str | None, reason: str) -> None:
    """The reason names the file and what was expected."""
    name = site.install("acme_broken", manifest=manifest)

    assert reason in Registry.discover().broken[name].reason


def test_a_name_offered_twice_is_nobodys(site: Site) -> None:
    """Whichever came first would be chance, and one of them may be an impostor."""
    site.install("acme_one", name="acme")
    site.install("acme_two", name="acme")
    registry = Registry.discover()

    assert "acme" not in registry.working
    reason = registry.broken["acme"].reason
    assert "acme_one.client:Shelf" in reason
    assert "acme_two.client:Shelf" in reason


def test_a_class_outside_a_package_has_no_manifest(site: Site) -> None:
    """A lone module has no place to put one."""
    (site.folder / "acme_lone.py").write_text(CLIENT)
    name = site.install("acme_package", value="acme_lone:Shelf")

    assert "must lie in a package" in Registry.discover().broken[name].reason


def test_every_port_can_be_learnt_from_a_class() -> None:
    """A port that is no runtime protocol would be found in no class."""

    class Nothing: ...

    assert dict.fromkeys(PORTS, False) == {
        name: issubclass(Nothing, port) for name, port in PORTS.items()
    }
