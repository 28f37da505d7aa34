import ast
from typing import Any

import pytest

from connectors.sdk.document.environment import Environment
from connectors.stripe_terminal.simulator.conduct import Conduct as SimulatorConduct
from connectors.stripe_terminal.simulator.control import Control
from gateway.demo.readers import simulator_setup
from gateway.demo.systems import SYSTEMS
from tests.docker.compose import (
    MissingVariableError,
    endpoints,
    head,
    mounts,
    project,
    services,
    variables,
)
from tests.docker.dockerfile import ROOT, stages
from tests.docker.parsed import parsed

KEY = "only-for-this-test-0123456789"
PROJECT = project({"TILLGRAPH_KEY": KEY})
OURS = services(PROJECT, ours=True)
OTHERS = services(PROJECT, ours=False)
IMAGE = stages()[-1]


def _command(name: str) -> list[str]:
    return OURS[name].get("command") or IMAGE.one("CMD").form


def _params(name: str) -> dict[str, Any]:
    return parsed(_command(name))


def test_every_system_of_the_estate_has_a_service() -> None:
    """With the gateway, its configuration, the provider's simulator and two servers of others."""
    assert {*SYSTEMS, "stripe", "gateway", "configuration"} == set(OURS)
    assert {"postgres", "redis"} == set(OTHERS)


@pytest.mark.parametrize("name", OURS)
def test_every_command_is_one_of_ours(name: str) -> None:
    """Read by the command line's own parser."""
    assert _params(name)


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_system_is_started_by_its_own_name(name: str) -> None:
    """And listens where other containers reach it."""
    found = _params(name)

    assert name == found["name"]
    assert "0.0.0.0" == found["host"]  # noqa: S104 - compared, not bound


def test_the_image_is_built_from_the_dockerfile_once() -> None:
    """By the gateway's service; the others wait for it, and never ask a registry."""
    build = {name: service["build"] for name, service in OURS.items() if "build" in service}
    folder = ROOT / "docker" / build["gateway"]["context"]

    assert ["gateway"] == list(build)
    assert ROOT == folder.resolve()
    assert (folder / build["gateway"]["dockerfile"]).is_file()
    assert {"never"} == {it["pull_policy"] for name, it in OURS.items() if name != "gateway"}


@pytest.mark.parametrize("name", OTHERS)
def test_an_image_of_others_is_pinned_to_a_major_version(name: str) -> None:
    """The next one may not read the volume of this one."""
    image, tag = OTHERS[name]["image"].split(":")

    assert "/" not in image
    assert int(tag.split("-")[0]) > 0


def test_only_the_gateway_is_published_and_only_here() -> None:
    """At the port that the image serves."""
    published = {name: it["ports"] for name, it in PROJECT["services"].items() if "ports" in it}

    assert {"gateway": [f"127.0.0.1:8080:{IMAGE.environment['PORT']}"]} == published


def test_every_address_is_a_service_that_listens_there() -> None:
    """Those in the configuration, and the one that events are sent to."""
    listening = {
        ("postgres", 5432),
        ("gateway", int(IMAGE.environment["PORT"])),
        *((name, _params(name)["port"]) for name in ("pos", "oms", "crm", "stripe")),
    }
    named = {it for name in OURS for text in _command(name) for it in endpoints(text)}

    assert listening == named


def test_events_reach_the_path_of_the_payments_source() -> None:
    """As the sample configuration names it."""
    assert "http://gateway:8080/webhooks/stripe" == _params("stripe")["webhook_url"]


def test_the_configuration_is_written_where_others_read_it() -> None:
    """The gateway its own, the simulator its readers."""
    written = _params("configuration")

    assert _seen("gateway", _params("gateway")["config"]) == _seen(
        "configuration", written["output"]
    )
    assert _seen("stripe", _params("stripe")["setup"]) == _seen("configuration", written["readers"])


def test_warehouse_and_deliveries_are_read_where_they_are_written() -> None:
    """One volume, in which the gateway writes nothing."""
    written = _params("configuration")
    wms = written["wms"].removeprefix("sqlite:///")

    assert _seen("gateway", wms) == _seen("wms", f"{_params('wms')['work']}/wms.sqlite3")
    assert _seen("gateway", written["deliveries"]) == _seen(
        "deliveries", f"{_params('deliveries')['work']}/deliveries"
    )
    assert all(mount.read_only for mount in mounts(OURS["gateway"]))


def test_what_ours_writes_is_the_images_own_folder() -> None:
    """A new volume takes over that folder's owner; at any other path it would be root's."""
    written = {mount.target for it in OURS.values() for mount in mounts(it) if not mount.read_only}

    assert {IMAGE.one("WORKDIR").words[0]} == written


def test_every_volume_is_declared_and_used() -> None:
    """None is left behind, none is anonymous."""
    used = {mount.volume for it in PROJECT["services"].values() for mount in mounts(it)}

    assert set(PROJECT["volumes"]) == used


def test_the_gateway_has_each_variable_that_its_configuration_names() -> None:
    """The key and the database's password have no other value in it."""
    given = OURS["gateway"]["environment"]
    storage = _params("configuration")["storage"]

    text, problem = Environment(given).substitute(storage)

    assert (None, "postgresql+asyncpg://tillgraph:tillgraph@postgres:5432/tillgraph") == (
        problem,
        text,
    )
    assert KEY == given["TILLGRAPH_KEY"]


def test_the_database_is_the_one_that_the_gateway_opens() -> None:
    """Same user, same database, same password."""
    storage = _params("configuration")["storage"]
    server = OTHERS["postgres"]["environment"]

    assert storage.startswith(f"postgresql+asyncpg://{server['POSTGRES_USER']}:")
    assert storage.endswith(f"/{server['POSTGRES_DB']}")
    assert server["POSTGRES_PASSWORD"] == OURS["gateway"]["environment"]["POSTGRES_PASSWORD"]


def test_both_ends_of_an_event_have_the_same_secret() -> None:
    """It signs what is sent, and checks what is received."""
    name = "STRIPE_WEBHOOK_SECRET"

    assert OURS["stripe"]["environment"][name] == OURS["gateway"]["environment"][name]


def test_without_a_key_nothing_starts() -> None:
    """The gateway would be open to the network otherwise."""
    with pytest.raises(MissingVariableError, match="TILLGRAPH_KEY"):
        project({})


def test_every_variable_is_explained_with_its_default() -> None:
    """In the file's head, and no other is."""
    explained = {
        words[1]: words[2].rstrip(":")
        for line in head().splitlines()
        if len(words := line.split()) > 2 and words[1].isupper() and words[2].endswith(":")
    }

    assert {name: otherwise or "required" for name, otherwise in variables().items()} == explained


def test_whoever_is_waited_for_can_be() -> None:
    """Healthy is one with a health check; completed is the one that ends."""
    for service in PROJECT["services"].values():
        for name, condition in service.get("depends_on", {}).items():
            awaited = PROJECT["services"][name]
            if condition["condition"] == "service_healthy":
                assert awaited["healthcheck"]["test"][0] == "CMD"
            else:
                assert "service_completed_successfully" == condition["condition"]
                assert "no" == awaited["restart"]


def test_the_gateway_waits_for_all_but_redis() -> None:
    """So that its first answer is whole; Redis is nobody's yet."""
    waits = {"configuration", "postgres", "stripe", *SYSTEMS}

    assert waits == set(OURS["gateway"]["depends_on"])


@pytest.mark.parametrize("name", [*SYSTEMS, "stripe"])
def test_the_health_check_asks_where_the_system_takes_commands(name: str) -> None:
    """Which it does once it listens, be it a server or a file."""
    check = OURS[name]["healthcheck"]["test"]

    assert ["CMD", "python", "-c"] == check[:3]
    ast.parse(check[3])
    assert f"http://127.0.0.1:{_params(name)['control_port']}/'" in check[3]


def test_the_simulator_takes_commands_at_its_root_too() -> None:
    """As the systems do."""
    routes = Control(SimulatorConduct(), _turn).application().router.routes()

    assert ("GET", "/") in {
        (it.method, it.resource.canonical) for it in routes if it.resource is not None
    }
    assert simulator_setup()["readers"]


def test_no_container_of_ours_may_become_more_than_it_is() -> None:
    """No capabilities, and none to be gained."""
    assert all(
        (["ALL"], ["no-new-privileges:true"]) == (it["cap_drop"], it["security_opt"])
        for it in OURS.values()
    )


async def _turn(_: object) -> None:
    """A control that turns nothing."""


def _seen(name: str, path: object) -> tuple[str, str]:
    """A path in a container as volume and path in it."""
    for mount in mounts(OURS[name]):
        if str(path).startswith(f"{mount.target}/"):
            return mount.volume, str(path).removeprefix(f"{mount.target}/")
    raise AssertionError(f"{name}: {path} lies in no volume")
