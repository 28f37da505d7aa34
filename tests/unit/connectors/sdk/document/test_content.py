import time

import pytest

from connectors.sdk.document.content import Document, read
from connectors.sdk.document.environment import Environment
from connectors.sdk.document.problem import Problem


def _read(text: str, **variables: str) -> Document:
    return read(text, Environment(variables).substitute)


def _told(text: str, **variables: str) -> list[tuple[int, int, str, str]]:
    return [
        (problem.line, problem.column, problem.key, problem.message)
        for problem in _read(text, **variables).problems
    ]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("8080", 8080),
        ("-3", -3),
        ("0.5", 0.5),
        ("1e3", 1000.0),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("yes", "yes"),
        ("NO", "NO"),
        ("0012", "0012"),
        ("12:30", "12:30"),
        ("2026-11-24", "2026-11-24"),
        ("'8080'", "8080"),
        ('"true"', "true"),
        ("1_000", "1_000"),
        ("9" * 40, "9" * 40),
    ],
)
def test_plain_scalars_follow_yaml_1_2(written: str, value: object) -> None:
    """A store number, a time and a country stay text; only YAML 1.2's numbers are numbers."""
    assert {"key": value} == _read(f"key: {written}\n").content


def test_every_key_has_its_place() -> None:
    """The place of a key and that of its value, both counted from 1."""
    places = _read("sources:\n  pos:\n    config: {url: here}\n").places

    assert ((3, 5), (3, 13)) == (
        places["sources", "pos", "config"].key,
        places["sources", "pos", "config"].value,
    )
    assert (3, 19) == places["sources", "pos", "config", "url"].value


def test_a_repeated_key_is_refused() -> None:
    """The later value would silently win."""
    told = [(3, 1, "a", "this key is already given above")]

    assert told == _told("a: 1\nb: 2\na: 3\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: !!python/object/apply:os.system [ls]\n", "tags are not allowed here"),
        ("a: !secret x\n", "tags are not allowed here"),
        ("a: !!int '3'\n", "tags are not allowed here"),
        ("base: &base {x: 1}\na:\n  <<: *base\n", "merge keys are not allowed"),
        ("? [a, b]\n: 1\n", "a key must be plain text"),
    ],
)
def test_what_surprises_is_refused(text: str, message: str) -> None:
    """No tag makes an object, and no key comes from elsewhere."""
    assert [message] == [problem.message for problem in _read(text).problems]


def test_an_anchor_may_be_used_again() -> None:
    """The same list of stores need not be written twice."""
    content = _read("a: &stores [ginza, umeda]\nb: *stores\n").content

    assert {"a": ["ginza", "umeda"], "b": ["ginza", "umeda"]} == content


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + "".join(
            f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n"
            for old, new in zip("abcdefgh", "bcdefghi", strict=True)
        ),
        "a: &a [*a]\n",
        "[" * 100 + "]" * 100,
        "[" * 200_000,
        "{a: " * 50_000,
    ],
)
def test_no_small_file_becomes_large(text: str) -> None:
    """Nested aliases, an alias of itself and deep nesting end in one problem, soon."""
    begun = time.process_time()
    problems = _read(text).problems

    assert 1 == len(problems)
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    ("text", "place"),
    [("a: [1\nb: 2\n", (2, 2)), ("a: 'x\n", (2, 1)), ("a: b: c\n", (1, 5)), ("a: \x07\n", (1, 4))],
)
def test_what_is_no_yaml_is_told_with_its_place(text: str, place: tuple[int, int]) -> None:
    """The parser's place, and one problem."""
    (problem,) = _read(text).problems

    assert place == (problem.line, problem.column)


def test_a_syntax_error_quotes_nothing_of_the_file() -> None:
    """The text around an error may hold a password."""
    (problem,) = _read("password: *hunter2\n").problems

    assert "hunter2" not in problem.message


def test_an_empty_file_is_told() -> None:
    """Only comments are no configuration."""
    assert [(1, 1, "", "the file is empty")] == _told("# nothing\n")


def test_variables_are_put_in_while_reading() -> None:
    """What a variable gives is text, whatever it looks like; comments and keys are left alone."""
    document = _read("a: ${PIN}\nb: x${PIN}\n# ${NONE}\n${KEY}: 1\n", PIN="0123")

    assert {"a": "0123", "b": "x0123", "${KEY}": 1} == document.content
    assert [] == document.problems


def test_an_unset_variable_is_told_with_its_place() -> None:
    """The problem stands at the value, names the variable, and marks the key as unreadable."""
    document = _read("a:\n  b: ${TILL_KEY}\n")

    assert {("a", "b")} == document.unreadable
    assert Problem(2, 6, "a.b", document.problems[0].message) == document.problems[0]
    assert "TILL_KEY is not set" in document.problems[0].message


def test_a_missing_key_is_told_at_what_should_hold_it() -> None:
    """There is no place for what is not there."""
    document = _read("a:\n  b: 1\n")

    assert Problem(1, 1, "a.c.d", "gone") == document.problem(("a", "c", "d"), "gone")
    assert Problem(1, 1, "z", "gone") == document.problem(("z",), "gone")
