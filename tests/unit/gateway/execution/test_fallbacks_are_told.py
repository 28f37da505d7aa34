"""Every reason for which graphql-core executes an operation whole is in the guide."""

from pathlib import Path

from gateway.execution import operation

GUIDE = Path(__file__).parents[4] / "docs" / "execution.md"


def test_every_reason_is_in_the_guide() -> None:
    """A table lists them as the counter has them."""
    reasons = {
        operation.INCREMENTAL,
        operation.FRAGMENT_VARIABLES,
        operation.NO_CHOICE,
        operation.TOO_DEEP,
    }
    rows = [line for line in GUIDE.read_text().splitlines() if line.startswith("| `")]

    assert reasons == {row.split("`")[1] for row in rows}
