import ast
import tomllib
from fnmatch import fnmatch
from http import HTTPStatus
from importlib.metadata import entry_points

import httpx
import pytest

from gateway.http.app import create_app
from gateway.http.settings import HttpSettings
from tests.docker.dockerfile import ROOT, ignored, stages
from tests.docker.parsed import parsed

BUILD, IMAGE = stages()


def _copied() -> list[str]:
    return [word for it in BUILD.every("COPY") for word in it.words[:-1]]


def test_both_stages_stand_on_the_same_pinned_image() -> None:
    """An environment that is copied needs the interpreter it was made with."""
    assert "python:3.11-slim" == BUILD.image == IMAGE.image
    assert [BUILD.name] == [it.options["from"] for it in IMAGE.every("COPY")]


def test_the_image_has_a_python_that_the_project_takes() -> None:
    """As `requires-python` says."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert ">=3.11" == project["requires-python"]


@pytest.mark.parametrize("source", _copied())
def test_what_is_copied_is_there_and_reaches_the_builder(source: str) -> None:
    """`.dockerignore` keeps everything away that it does not name."""
    is_closed, through = ignored()

    assert (ROOT / source).exists()
    assert is_closed
    assert source.removeprefix("./") in through


def test_nothing_else_reaches_the_builder() -> None:
    """No tests, no history, no environment of somebody's own."""
    _, through = ignored()

    assert set(_copied()) == set(through)


def test_all_that_the_wheel_is_built_from_is_copied() -> None:
    """The packages, the licence and the project's own file."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    licences = settings["project"]["license-files"]

    assert {*packages, *licences, "pyproject.toml"} <= set(_copied())


def test_only_locked_packages_are_installed() -> None:
    """Each by its hash; beside them the wheel that was built here."""
    installs = [
        command
        for it in BUILD.every("RUN")
        for command in it.text.split("&&")
        if "pip install" in command
    ]
    locks = [words[words.index("--requirement") + 1] for line in installs
             if "--require-hashes" in (words := line.split())]  # fmt: skip

    assert ["requirements-runtime.lock", "requirements-build.lock"] == locks
    assert ["/dist/tillgraph-*.whl"] == [
        line.split()[-1] for line in installs if "--require-hashes" not in line
    ]
    assert all("--no-deps" in line for line in installs)
    assert fnmatch(f"/dist/tillgraph-{_version()}-py3-none-any.whl", "/dist/tillgraph-*.whl")


def test_the_image_runs_as_a_user_that_is_not_root() -> None:
    """And its working directory, the only one to be written, is that user's."""
    user, group = IMAGE.one("USER").words[0].split(":")
    (made,) = IMAGE.every("RUN")

    assert int(user) > 0
    assert int(group) > 0
    assert {"owner": user, "group": group} == {
        name: made.options[name] for name in ("owner", "group")
    }
    workdir = IMAGE.one("WORKDIR").words[0]
    assert workdir == made.words[-1]
    assert [workdir] == IMAGE.one("VOLUME").form


def test_the_last_instruction_to_need_root_stands_before_the_user() -> None:
    """What follows `USER` runs without rights."""
    names = [it.name for it in IMAGE.instructions]

    assert names.index("RUN") < names.index("USER")
    assert "RUN" not in names[names.index("USER") :]


def test_the_entry_point_is_the_projects_command() -> None:
    """It lies in the environment that is copied, whose programs are on the path."""
    environment = IMAGE.every("COPY")[0].words
    (script,) = entry_points(group="console_scripts", name="tillgraph")

    assert ["tillgraph"] == IMAGE.one("ENTRYPOINT").form
    assert "gateway.cli:main" == script.value
    assert environment[0] == environment[1]
    assert f"{environment[1]}/bin" == IMAGE.environment["PATH"].split(":")[0]


def test_what_the_image_runs_is_a_command_of_ours() -> None:
    """Read by the command line's own parser; reachable from outside the container."""
    found = parsed(IMAGE.one("CMD").form)

    assert "0.0.0.0" == found["host"]  # noqa: S104 - compared, not bound
    assert "/etc/tillgraph/tillgraph.yaml" == str(found["config"])


def test_one_port_is_served_told_and_checked() -> None:
    """`PORT` is what the command listens at, so `EXPOSE` and the health check name the same."""
    port = IMAGE.environment["PORT"]

    assert [port] == IMAGE.one("EXPOSE").words
    assert "os.environ['PORT']" in _health_check()


async def test_the_health_check_asks_a_path_that_there_is() -> None:
    """Ready, and not only alive: one that drains is taken out."""

    class Drained:
        """Serves nothing any more."""

        def ready(self) -> bool:
            return False

    app = create_app(HttpSettings(), Drained())  # type: ignore[arg-type]
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://localhost"
    ) as client:
        answer = await client.get("/readyz")

    assert "'/readyz'" in _health_check()
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE


def test_the_health_check_is_python() -> None:
    """The slim image has no curl."""
    check = IMAGE.one("HEALTHCHECK")

    assert ["python", "-c"] == check.form[:2]
    ast.parse(_health_check())
    assert {"interval", "timeout", "start-period", "retries"} == set(check.options)


def _health_check() -> str:
    return IMAGE.one("HEALTHCHECK").form[2]


def _version() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version: str = project["version"]
    return version
