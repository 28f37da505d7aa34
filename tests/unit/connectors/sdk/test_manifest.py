"""What a connector says of itself."""

import pytest

from connectors.sdk.manifest import Limits, Manifest, ManifestError

SMALLEST: dict[str, object] = {"id": "shelf", "version": "1.0.0", "title": "Shelf"}


def test_only_a_name_a_version_and_a_title_are_needed() -> None:
    """A connector begins small, within limits that hurt no old system."""
    manifest = Manifest.parse(SMALLEST, where="manifest.toml")

    assert ("shelf", "1.0.0", "Shelf") == (manifest.id, manifest.version, manifest.title)
    assert Limits(batch_max=100, concurrency=8, rate_per_s=None, timeout_s=5) == manifest.limits
    assert ({}, (), ()) == (
        manifest.freshness_s,
        manifest.personal_data,
        manifest.idempotent_writes,
    )


def test_a_manifest_declares_how_gently_the_system_must_be_treated() -> None:
    """Everything the engine obeys is in the manifest."""
    content = {
        **SMALLEST,
        "limits": {"batch_max": 7, "concurrency": 2, "rate_per_s": 0.5, "timeout_s": 1.5},
        "freshness_s": {"stock_levels": 30},
        "personal_data": ["customer.name"],
        "idempotent_writes": ["reserve"],
    }
    manifest = Manifest.parse(content, where="manifest.toml")

    assert Limits(batch_max=7, concurrency=2, rate_per_s=0.5, timeout_s=1.5) == manifest.limits
    assert {"stock_levels": 30.0} == manifest.freshness_s
    assert (("customer.name",), ("reserve",)) == (
        manifest.personal_data,
        manifest.idempotent_writes,
    )


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"id": "Shelf!"}, "id"),
        ({"version": "1.0"}, "version"),
        ({"title": ""}, "title"),
        ({"ports": ["StockReader"]}, "ports"),
        ({"limits": {"batch_max": 0}}, "limits.batch_max"),
        ({"limits": {"concurrency": 0}}, "limits.concurrency"),
        ({"limits": {"rate_per_s": 0}}, "limits.rate_per_s"),
        ({"limits": {"timeout_s": 0}}, "limits.timeout_s"),
        ({"limits": {"retries": 3}}, "limits.retries"),
        ({"personal_data": "customer.name"}, "personal_data"),
    ],
)
def test_a_mistake_is_told_with_file_and_key(wrong: dict[str, object], key: str) -> None:
    """Whoever writes a connector sees where to look."""
    with pytest.raises(ManifestError) as error:
        Manifest.parse({**SMALLEST, **wrong}, where="shelf/manifest.toml")

    assert str(error.value).startswith(f"shelf/manifest.toml: {key}: ")


def test_what_is_missing_is_told() -> None:
    """An empty manifest names the first key that it lacks."""
    with pytest.raises(ManifestError, match=r"^m: id: Field required$"):
        Manifest.parse({}, where="m")
