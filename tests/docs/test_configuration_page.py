from pathlib import Path

import pytest
from typer.testing import CliRunner

from connectors.sdk.registry import Registry
from gateway.cli.command import application
from gateway.settings.file import load
from gateway.settings.handbook import BEGIN, END, handbook
from tests.docs.pages import page

PAGE = page("docs/configuration.md")
EXAMPLES = [
    block.text for name in (PAGE.name, "docs/payments.md") for block in page(name).blocks("yaml")
]
VARIABLES = {
    "APP_KEY": "a-key-of-the-app-0123456789abcdef",
    "GINZA_KEY": "a-key-of-ginza-0123456789abcdef",
    "DB_PASSWORD": "hunter2",
    "POS_PASSWORD": "hunter2",
    "NEW_POS_PASSWORD": "hunter2",
    "OMS_KEY": "hunter2",
    "STRIPE_API_KEY": "sk_test_hunter2",
    "STRIPE_WEBHOOK_SECRET": "whsec_hunter2",
}


def test_the_tables_are_current() -> None:
    """When this fails: tillgraph config reference --output docs/configuration.md."""
    written = PAGE.text.partition(BEGIN)[2].partition(END)[0]

    assert handbook(Registry.discover()).strip() == written.strip()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda it: it.split(":")[0])
def test_an_example_is_a_configuration(example: str, tmp_path: Path) -> None:
    """The loader itself takes it, connectors' own keys included."""
    path = tmp_path / "tillgraph.yaml"
    path.write_text(example, encoding="utf-8")

    assert load(path, Registry.discover(), VARIABLES).sources


def test_the_reference_is_printed() -> None:
    """As the command's answer, when no file is named."""
    result = CliRunner().invoke(application, ["config", "reference"])

    assert 0 == result.exit_code
    assert handbook(Registry.discover()) == result.output


def test_the_reference_is_put_between_a_pages_marks(tmp_path: Path) -> None:
    """What people wrote before and after them stays."""
    path = tmp_path / "configuration.md"
    path.write_text(f"# Ours\n\n{BEGIN}\nold\n{END}\nlast\n", encoding="utf-8")

    result = CliRunner().invoke(application, ["config", "reference", "--output", str(path)])

    text = path.read_text(encoding="utf-8")
    assert (0, f"{path}\n") == (result.exit_code, result.output)
    assert f"# Ours\n\n{BEGIN}\n\n{handbook(Registry.discover())}\n{END}\nlast\n" == text


def test_the_reference_is_a_file_of_its_own(tmp_path: Path) -> None:
    """Where there was none."""
    path = tmp_path / "keys.md"

    CliRunner().invoke(application, ["config", "reference", "--output", str(path)])

    assert handbook(Registry.discover()) == path.read_text(encoding="utf-8")
