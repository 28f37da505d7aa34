"""What a connector says of itself: limits, freshness, personal data, safe writes."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class ManifestError(Exception):
    """A manifest that cannot be used; the message names the file, the key and what was expected."""


class Limits(BaseModel):
    """How gently the system must be treated; the engine never goes beyond."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    batch_max: int = Field(default=100, ge=1, le=10_000, description="Keys in one call.")
    concurrency: int = Field(default=8, ge=1, le=1_000, description="Calls at the same time.")
    rate_per_s: float | None = Field(default=None, gt=0, description="Calls started in one second.")
    timeout_s: float = Field(default=5.0, gt=0, le=120, description="Seconds one call may take.")


class Manifest(BaseModel):
    """The declarations of one connector, read from the `manifest.toml` beside its class.

    Which ports it offers is not declared: the registry learns that from the class.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{1,63}$", description="The entry point's name.")
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$", description="Semantic version.")
    title: str = Field(min_length=1, max_length=120, description="What people call the system.")
    limits: Limits = Limits()
    freshness_s: dict[str, float] = Field(
        default_factory=dict, description="Port method to the age in seconds its records may reach."
    )
    personal_data: tuple[str, ...] = Field(
        default=(), description="Record fields that hold personal data, as entity.field."
    )
    idempotent_writes: tuple[str, ...] = Field(
        default=(), description="Write methods that honour an idempotency key."
    )

    @classmethod
    def parse(cls, content: dict[str, object], *, where: str) -> Self:
        """Read a manifest's content; `where` names the file in errors.

        Raises:
            ManifestError: A key is wrong, missing or unknown.
        """
        try:
            return cls.model_validate(content)
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(part) for part in first["loc"])
            raise ManifestError(f"{where}: {key}: {first['msg']}") from error
