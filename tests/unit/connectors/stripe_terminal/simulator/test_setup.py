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
