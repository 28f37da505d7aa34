"""How the CRM is set up."""

from gateway.demo.crm.settings import Settings


def test_the_environment_sets_what_it_names() -> None:
    """The rest is as usual; an empty variable is none."""
    environment = {"KASANE_CRM_SECRET": "s", "KASANE_CRM_CALLS_PER_S": "5"}

    assert Settings("s", 300.0, 5) == Settings.of(environment)
    assert Settings("kasane-crm", 1.5, 200) == Settings.of(
        {"KASANE_CRM_SECRET": "", "KASANE_CRM_TOKEN_LIFE_S": "1.5"}
    )
