"""What an account begins with."""

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.stripe_terminal.simulator.setup import SetupError, setup_from

PLACE = {"id": "tml_1", "display_name": "Ginza"}
READER = {"id": "tmr_1", "label": "Front counter", "location": "tml_1"}


def saved(path: Path, content: Any) -> Path:
    """A file with it."""
    file = path / "setup.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return file


def test_ids_are_kept_as_given(tmp_path: Path) -> None:
    """The retailer's configuration names them."""
    setup = setup_from(saved(tmp_path, {"locations": [PLACE], "readers": [READER]}))

    assert ["tml_1"] == [place.id for place in setup.made_locations()]
    assert [("tmr_1", "Front counter", "tml_1")] == [
        (reader.id, reader.label, reader.location) for reader in setup.made_readers()
    ]


def test_connected_accounts_have_their_places_and_readers(tmp_path: Path) -> None:
    """By the account that a place belongs to; a reader belongs where it stands."""
    other = {"id": "tml_2", "display_name": "Orchard", "country": "SG", "account": "acct_2"}
    second = {"id": "tmr_2", "label": "Front counter", "location": "tml_2"}
    content = {"locations": [PLACE, other], "readers": [READER, second]}
    setup = setup_from(saved(tmp_path, content))

    assert ["acct_2"] == setup.accounts
    assert ["tml_2"] == [it.id for it in setup.made_locations("acct_2")]
    assert (["tmr_1"], ["tmr_2"]) == (
        [it.id for it in setup.made_readers()],
        [it.id for it in setup.made_readers("acct_2")],
    )


def test_endpoints_are_told_of_terminal(tmp_path: Path) -> None:
    """Where a file does not say of what; of whichever account."""
    hook = {"url": "http://127.0.0.1:9", "secret": "whsec_simulated"}
    content = {"locations": [PLACE], "readers": [], "webhooks": [hook, {**hook, "events": ["*"]}]}
    first, second = setup_from(saved(tmp_path, content)).made_endpoints(0)

    assert first.takes("payment_intent.succeeded", is_connected=False)
    assert first.takes("terminal.reader.action_failed", is_connected=True)
    assert not first.takes("charge.succeeded", is_connected=False)
    assert second.takes("charge.succeeded", is_connected=True)


def test_without_a_file_there_is_one_reader() -> None:
    """Enough to try it out."""
    setup = setup_from(None)

    assert (1, 1) == (len(setup.locations), len(setup.readers))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "setup: "),
        ({"locations": [PLACE]}, "missing required field `readers`"),
        ({"locations": [PLACE], "readers": [{**READER, "name": "x"}]}, "unknown field `name`"),
        ({"locations": [], "readers": [READER]}, "stands at a location"),
        ({"locations": [PLACE], "readers": [READER, READER]}, "an id of its own"),
        ({"locations": [PLACE, PLACE], "readers": [READER]}, "an id of its own"),
        ({"locations": [PLACE], "readers": [], "authorize_s": -1}, "authorize_s"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(tmp_path: Path, content: Any, said: str) -> None:
    """With the place that is wrong."""
    with pytest.raises(SetupError) as refused:
        setup_from(saved(tmp_path, content))

    assert said in str(refused.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """It is said so."""
    with pytest.raises(SetupError, match="cannot be read"):
        setup_from(tmp_path / "none.json")
