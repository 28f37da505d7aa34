"""A source whose connector is a YAML file, from the configuration to the system and back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from connectors.sdk.document.problem import ConfigurationError
from connectors.sdk.registry import Registry
from gateway.cli.connector.new import written
from gateway.settings.file import load
from gateway.settings.model import Settings
from gateway.wiring import open_gateway

SETTINGS = """\
storage: {{url: "sqlite+aiosqlite:///{folder}/gateway.db"}}
sources:
  shelf:
    connector: ./shop.yaml
    config: {{base_url: "{address}", api_key: a-key}}
entities:
  stock: [{{source: shelf}}]
"""


@pytest.fixture
async def shop() -> AsyncIterator[str]:
    """The address of a shop that is up."""

    async def health(_: web.Request) -> web.Response:
        return web.json_response({})

    application = web.Application()
    application.router.add_get("/v1/health", health)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
def folder(tmp_path: Path, shop: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with the configuration and the connector's file."""
    info = tmp_path / "acme_yaml-1.0.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-yaml\nVersion: 1.0.0\n")
    (info / "entry_points.txt").write_text(
        "[tillgraph.connector_loaders]\nyaml = connectors.declarative:load\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    description = written("acme_pos", "yaml")["acme_pos/connector.yaml"]
    (tmp_path / "shop.yaml").write_text(description, encoding="utf-8")
    (tmp_path / "tillgraph.yaml").write_text(SETTINGS.format(folder=tmp_path, address=shop))
    return tmp_path


def _settings(folder: Path, registry: Registry) -> Settings:
    return load(folder / "tillgraph.yaml", registry)


async def test_the_gateway_stands_on_a_file(folder: Path) -> None:
    """Its path begins at the working directory, and its system is asked like any other."""
    registry = Registry.discover()
    gateway = await open_gateway(_settings(folder, registry), registry)
    try:
        found = await gateway.probe()
    finally:
        await gateway.aclose()

    assert {"shelf": ("acme_pos", True)} == {
        name: (it.connector, it.ok) for name, it in found.items()
    }


@pytest.mark.parametrize("changed", [False, True])
async def test_a_reload_takes_up_the_file_when_it_has_changed(folder: Path, changed: bool) -> None:
    """And leaves the source alone when it has not."""
    registry, file = Registry.discover(), folder / "shop.yaml"
    gateway = await open_gateway(_settings(folder, registry), registry)
    try:
        before = gateway._standing.sources["shelf"]
        if changed:
            file.write_text(file.read_text().replace("acme_pos", "acme_new"))
        await gateway.reload(_settings(folder, registry))
        after = gateway._standing.sources["shelf"]
    finally:
        await gateway.aclose()

    assert changed is (before is not after)
    assert ("acme_new" if changed else "acme_pos") == after.status.connector


def test_a_mistake_in_the_file_is_told_with_its_own_place(folder: Path) -> None:
    """Beside that of the source which names it."""
    file = folder / "shop.yaml"
    file.write_text(file.read_text().replace("on_hand: on_hand", "on_hnd: on_hand"))
    with pytest.raises(ConfigurationError) as caught:
        _settings(folder, Registry.discover())

    (problem,) = caught.value.problems
    assert (4, "sources.shelf.connector") == (problem.line, problem.key)
    assert problem.message.startswith("this file is no connector: shop.yaml:")
    assert "did you mean on_hand?" in problem.message


def test_the_files_own_keys_are_checked(folder: Path) -> None:
    """As those of a connector that is code."""
    file = folder / "tillgraph.yaml"
    file.write_text(file.read_text().replace("api_key", "api_kye"))
    with pytest.raises(ConfigurationError) as caught:
        _settings(folder, Registry.discover())

    assert "sources.shelf.config.api_kye: unknown key; did you mean api_key?" in str(caught.value)
