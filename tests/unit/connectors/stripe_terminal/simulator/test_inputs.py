"""What customers enter at readers."""

from typing import Any

import pytest

from tests.unit.connectors.stripe_terminal.simulator.till import READER, Till

TEXT = {"title": "Your opinion"}
CHOICES = [{"id": "a", "text": "Good"}, {"id": "b", "text": "Bad", "style": "secondary"}]


def asked(**more: Any) -> dict[str, Any]:
    """One input."""
    return {"type": "email", "custom_text": TEXT, **more}


def entered(till: Till, *inputs: dict[str, Any], **how: Any) -> list[Any]:
    """What came of inputs."""
    till.ask("collect_inputs", READER, inputs=[*inputs])
    action = till.ask("succeed_input_collection", READER, **how)["action"]

    assert "succeeded" == action["status"]
    found: list[Any] = action["collect_inputs"]["inputs"]
    return found


def test_everything_is_entered() -> None:
    """A value of each kind, the first choice, and switches as they were."""
    till = Till()
    toggles = [{"title": "News", "default_value": "enabled"}, {"title": "Post"}]
    email, chosen = entered(
        till,
        asked(toggles=toggles),
        asked(type="selection", selection={"choices": CHOICES}),
    )

    assert (False, "customer@example.com") == (email["skipped"], email["email"]["value"])
    assert ["enabled", "disabled"] == [it["value"] for it in email["toggles"]]
    assert ("a", "Good") == (chosen["selection"]["id"], chosen["selection"]["text"])
    assert "terminal.reader.action_succeeded" == till.kinds()[-1]


def test_what_is_not_required_is_skipped() -> None:
    """Where the customer wants that."""
    needed, optional = entered(
        Till(), asked(required="true"), asked(type="text"), skip_non_required_inputs="all"
    )

    assert (False, True) == (needed["skipped"], optional["skipped"])
    assert "text" not in optional


def test_nobody_enters_anything() -> None:
    """The action fails, by the test helper or after a while."""
    till = Till(action_timeout_s=30.0)
    till.ask("collect_inputs", READER, inputs=[asked()])
    helped = till.ask("timeout_input_collection", READER)["action"]
    till.ask("collect_inputs", READER, inputs=[asked()])
    till.passes(30)
    waited = till.ask("retrieve_reader", READER)["action"]

    assert [("failed", "collect_inputs_timed_out")] * 2 == [
        (it["status"], it["failure_code"]) for it in (helped, waited)
    ]


def test_nothing_is_entered_where_nothing_is_asked() -> None:
    """Nor is a card presented for inputs."""
    till = Till()
    till.refused("succeed_input_collection", READER)
    till.refused("timeout_input_collection", READER)
    till.ask("collect_inputs", READER, inputs=[asked()])

    assert (
        "The reader waits for no card."
        == (till.refused("present_payment_method", READER)["message"])
    )


@pytest.mark.parametrize(
    "inputs",
    [
        [],
        [asked()] * 6,
        [asked(type="odd")],
        [asked(type="selection")],
        [asked(selection={"choices": CHOICES})],
        [asked(type="selection", selection={"choices": []})],
        [{"type": "email"}],
    ],
)
def test_inputs_that_make_no_sense(inputs: list[Any]) -> None:
    """They are refused before the reader hears of them."""
    till = Till()

    assert "inputs" in till.refused("collect_inputs", READER, inputs=inputs)["param"]
    assert till.reader.action is None
