from pathlib import Path

from connectors.sdk.registry import Registry
from gateway.cli.connector.sheet import sheet
from tests.unit.gateway.cli.connector.conftest import Run


def test_a_page_tells_what_the_connector_offers() -> None:
    """Methods, limits, personal data and keys, each where it belongs."""
    page = sheet(Registry.discover().kind("kasane_crm"))

    assert "# Kasane CRM\n" in page
    assert "| `CustomerReader` | `customers` | reads | 60 s | yes |" in page
    assert "| `rate_per_s` | 50 | Calls started in one second. |" in page
    assert "`customer.email`" in page
    assert "| `client_secret` | required | Its secret. |" in page
    assert "| `region` | `JP` |" in page


def test_writes_tell_whether_they_may_be_repeated() -> None:
    """Which of them honour an idempotency key."""
    page = sheet(Registry.discover().kind("stripe_terminal"))

    assert "| `TerminalDriver` | `refund` | writes |  | yes |" in page


def test_the_page_can_be_written_to_a_file(tmp_path: Path, run: Run) -> None:
    """It is the same that is printed."""
    file = tmp_path / "crm.md"
    printed, written = run("docs", "kasane_crm"), run("docs", "kasane_crm", "-o", file)

    assert (0, 0) == (printed.exit_code, written.exit_code)
    assert printed.stdout == file.read_text(encoding="utf-8")


def test_a_connector_that_is_not_there_has_no_page(run: Run) -> None:
    """The nearest name is told."""
    found = run("docs", "kasane_cmr")

    assert 2 == found.exit_code
    assert "did you mean kasane_crm?" in found.stderr
