"""One system that the gateway stands on."""

from typing import Any

from pydantic import BaseModel, Field

from connectors.sdk.manifest import Limits
from connectors.sdk.registry import ConnectorType
from gateway.settings.section import Section


class LimitSettings(Section):
    """Limits that treat the system more gently than its connector's manifest does.

    An absent key leaves the manifest's limit; none may be loosened.
    """

    batch_max: int | None = Field(default=None, ge=1, description="Keys in one call.")
    concurrency: int | None = Field(default=None, ge=1, description="Calls at the same time.")
    rate_per_s: float | None = Field(default=None, gt=0, description="Calls started in one second.")
    timeout_s: float | None = Field(default=None, gt=0, description="Seconds one call may take.")


class SourceSettings(Section):
    """A system: which connector speaks to it, and how to reach it."""

    connector: str = Field(
        description="The connector, by the name under which it is installed; `tillgraph connectors`"
        " lists them. Or the path of a YAML file that describes one, from the working directory on."
    )
    config: dict[str, Any] = Field(
        default_factory=dict,
        repr=False,
        description="What the connector needs to know, such as its address and password. Each"
        " connector documents its own keys. Relative paths begin at the working directory.",
    )
    limits: LimitSettings = Field(
        default=LimitSettings(),
        description="Tightens the connector's own limits, for a system that bears less.",
    )

    def configured(self, kind: ConnectorType) -> BaseModel:
        """The connector's own configuration. The file was checked when it was read."""
        return kind.config.model_validate(self.config)

    def limits_within(self, manifest: Limits) -> Limits:
        """The manifest's limits, tightened by ours where we have any."""
        return manifest.model_copy(update=self.limits.model_dump(exclude_none=True))
