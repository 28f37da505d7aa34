import pytest

from connectors.sdk.document.environment import Environment


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("$5", "$5"),
        ("$NAME", "$NAME"),
        ("${NAME}", "till"),
        ("a${NAME}b${NAME}c", "atillbtillc"),
        ("${NAME:-other}", "till"),
        ("${NONE:-other}", "other"),
        ("${NONE:-}", ""),
        ("${EMPTY}", ""),
        ("${EMPTY:-other}", "other"),
        ("$${NAME}", "${NAME}"),
        ("${NONE:-http://host:80/?a=b}", "http://host:80/?a=b"),
    ],
)
def test_variables_are_substituted(text: str, value: str) -> None:
    """As a shell does it, with `$${` for a plain `${`."""
    environment = Environment({"NAME": "till", "EMPTY": ""})

    assert (value, None) == environment.substitute(text)


@pytest.mark.parametrize("text", ["${", "${}", "${1A}", "${A", "${A-b}", "${A:-${B}}"])
def test_a_malformed_reference_is_told(text: str) -> None:
    """A mistyped reference must not become a password."""
    wrong = Environment({"A": "x", "B": "y"}).substitute(text)[1]

    assert wrong is not None
    assert wrong.startswith("expected ${NAME}")


def test_every_unset_variable_is_named_once() -> None:
    """One scalar may miss several."""
    wrong = Environment({}).substitute("${A} ${B} ${A}")[1]

    assert wrong is not None
    assert (1, 1) == (wrong.count("variable A is not set"), wrong.count("variable B is not set"))


def test_values_are_veiled() -> None:
    """A message that a third party made with a secret shows the variable's name instead."""
    environment = Environment({"PASSWORD": "hunter2", "SHORT": "ab", "OTHER": "unused"})
    environment.substitute("${PASSWORD}${SHORT}${NONE:-fallback}")

    assert "bad ${PASSWORD}, ab, unused, fallback" == environment.veiled(
        "bad hunter2, ab, unused, fallback"
    )
