import json
from pathlib import Path

from tests.unit.gateway.cli.connector.conftest import Run


def test_every_connector_is_scored(run: Run) -> None:
    """For people as a table, and for machines with every rule."""
    table, told = run("score"), run("score", "--json")
    scores = {it["connector"]: it for it in json.loads(told.stdout)["connectors"]}

    assert (0, 0) == (table.exit_code, told.exit_code)
    assert {"kasane_crm", "kasane_wms", "stripe_terminal"} <= set(scores)
    assert all(name in table.stdout for name in scores)
    assert {"conformance", "strict_typing"} <= {
        rule["name"] for rule in scores["kasane_crm"]["rules"]
    }


def test_one_connector_shows_its_rules(run: Run) -> None:
    """With what each asks, and why one does not apply."""
    found = run("score", "kasane_pos")

    assert 0 == found.exit_code
    assert "Its tests need no live system." in found.stdout
    assert "the POS tells of no changes" in found.stdout


def test_a_claim_that_is_seen_not_to_hold_ends_with_1(begun: Path, run: Run) -> None:
    """A pipeline may stand on it."""
    (begun / "README.md").unlink()
    found = run("score", begun)

    assert 1 == found.exit_code
    assert "there is no README.md" in found.stdout


def test_a_file_that_is_wrong_ends_with_2(begun: Path, run: Run) -> None:
    """With the key that is wrong."""
    (begun / "quality.toml").write_text("[bronze]\n")
    found = run("score", begun)

    assert 2 == found.exit_code
    assert "acme_pos/quality.toml: bronze.conformance: Field required" in found.stderr
