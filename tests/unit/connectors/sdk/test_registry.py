"""Connectors are found by entry point: these tests install packages of their own."""

import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from connectors.sdk.manifest import ManifestError
from connectors.sdk.registry import BrokenConnector, ConnectorType, Registry, is_file, load_file

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

LOADER = dedent(
    """
    from pydantic import BaseModel
    from connectors.sdk.manifest import Manifest


    class Shelf:
        Config = BaseModel

        async def probe(self, ctx): ...
        async def aclose(self): ...
        async def stock_levels(self, ctx, skus, stores): return {}


    def load(path):
        words = path.read_text().split()
        if not words:
            raise ValueError("line one\\nline two")
        manifest = Manifest(id=words[0], version="1.0.0", title="A file")
        return type("Made", (Shelf,), {"Manifest": manifest})
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
        self._declare(package, "tillgraph.connectors", name, value or f"{package}.client:Shelf")
        return name

    def install_loader(self) -> None:
        """Install what makes a connector of a YAML file that holds its name."""
        (self.folder / "acme_loader.py").write_text(LOADER)
        self._declare("acme_loader", "tillgraph.connector_loaders", "yaml", "acme_loader:load")

    def _declare(self, package: str, group: str, name: str, value: str) -> None:
        info = self.folder / f"{package}-1.0.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0.0\n")
        (info / "entry_points.txt").write_text(f"[{group}]\n{name} = {value}\n")


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


def test_a_manifest_must_fit_the_class(site: Site) -> None:
    """The reason names the key and the nearest name that there is."""
    claims = MANIFEST + "freshness_s = {{ stock_level = 5.0 }}\n"
    name = site.install("acme_broken", manifest=claims)

    assert (
        "ManifestError: manifest.toml: freshness_s.stock_level:"
        " no method that reads; did you mean stock_levels?"
    ) == Registry.discover().broken[name].reason


def test_a_connector_knows_its_folder(site: Site) -> None:
    """There lie its quality.toml and its README."""
    name = site.install("acme_shelf")

    assert site.folder / "acme_shelf" == Registry.discover().working[name].home


@pytest.mark.parametrize(
    ("name", "expected"),
    [("./shop.yaml", True), ("shop.yml", True), ("shop", False), ("shop.toml", False)],
)
def test_a_file_is_told_by_its_suffix(name: str, expected: bool) -> None:
    """Every other name is one of an installed connector."""
    assert expected is is_file(name)


def test_a_file_is_a_connector(site: Site) -> None:
    """It bears its manifest itself, and offers what its class has."""
    site.install_loader()
    path = site.folder / "shop.yaml"
    path.write_text("acme_file")
    found = Registry({}).kind(str(path))

    assert ("acme_file", "A file", frozenset({"StockReader"}), site.folder) == (
        found.name,
        found.manifest.title,
        found.ports,
        found.home,
    )


def test_a_file_is_the_same_connector_until_it_changes(site: Site) -> None:
    """So that a reload leaves systems alone whose file is as it was."""
    site.install_loader()
    path = site.folder / "shop.yaml"
    path.write_text("acme_file")
    registry = Registry({})
    before = registry.kind(str(path))
    again = registry.kind(str(path))
    path.write_text("acme_other")
    after = registry.kind(str(path))

    assert before is again
    assert ("acme_file", "acme_other") == (before.name, after.name)


def test_a_file_that_is_wrong_says_so_in_one_line(site: Site) -> None:
    """As an entry point that cannot be loaded does."""
    site.install_loader()
    empty = site.folder / "empty.yaml"
    empty.write_text("")
    registry = Registry({})
    absent = str(site.folder / "absent.yaml")

    assert BrokenConnector(str(empty), "line one; line two") == registry.find(str(empty))
    assert BrokenConnector(absent, "cannot be read: No such file or directory") == registry.find(
        absent
    )
    with pytest.raises(LookupError, match="cannot be loaded: line one; line two"):
        registry.kind(str(empty))


def test_a_name_that_is_nobodys_is_told() -> None:
    """Looking for it finds nothing, and wanting it is an error."""
    assert Registry({}).find("acme") is None
    with pytest.raises(LookupError, match="no connector 'acme' is installed"):
        Registry({}).kind("acme")


def test_a_file_needs_a_loader(tmp_path: Path) -> None:
    """What no package loads is told by its suffix."""
    with pytest.raises(ManifestError, match=r"^nothing is installed that loads \.toml files$"):
        load_file(tmp_path / "shop.toml")


def test_what_is_found_is_a_connector_or_the_reason_why_not(site: Site) -> None:
    """Whoever asks by name need not look in two places."""
    sound, broken = site.install("acme_sound"), site.install("acme_broken", client="Shelf = 5")
    registry = Registry.discover()

    assert isinstance(registry.find(sound), ConnectorType)
    assert isinstance(registry.find(broken), BrokenConnector)
