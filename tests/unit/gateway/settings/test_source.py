from collections.abc import Callable

from pydantic import SecretStr

from connectors.sdk.manifest import Limits
from connectors.sdk.registry import Registry
from gateway.settings.model import Settings


def test_a_source_fills_its_connectors_configuration(
    loaded: Callable[..., Settings], registry: Registry
) -> None:
    """The connector's own model, with the secret in it."""
    config = loaded().sources["pos"].configured(registry.working["shop"])

    assert ("http://pos", SecretStr("hunter2")) == (
        config.model_dump()["url"],
        config.model_dump()["password"],
    )


def test_limits_are_the_manifests_as_far_as_they_are_not_tightened(
    loaded: Callable[..., Settings],
) -> None:
    """Only what the file names changes."""
    manifest = Limits(concurrency=4, rate_per_s=10, timeout_s=3, batch_max=50)

    assert manifest.model_copy(update={"concurrency": 2}) == loaded().sources["pos"].limits_within(
        manifest
    )
    assert manifest == loaded().sources["wms"].limits_within(manifest)
