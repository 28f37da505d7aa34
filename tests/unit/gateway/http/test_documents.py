import pytest
from graphql import build_schema

from gateway.execution.weights import nothing_known
from gateway.http.documents import Documents
from gateway.http.errors import RequestErrors
from gateway.http.settings import LimitSettings

SCHEMA = build_schema("type Query { a: Query b(text: String): Int }")


def some_documents(**limits: int) -> Documents:
    """None so far."""
    return Documents(LimitSettings.model_validate(limits), nothing_known)


def _refused(text: str, **limits: int) -> dict[str, object]:
    with pytest.raises(RequestErrors) as caught:
        some_documents(**limits).document(SCHEMA, text, "t-1")
    extensions: dict[str, object] = caught.value.entries[0]["extensions"]
    return extensions


def test_a_text_is_parsed_once() -> None:
    """The second client gets the first one's document."""
    documents = some_documents()

    first = documents.document(SCHEMA, "{ b }", "t-1")

    assert first is documents.document(SCHEMA, "{ b }", "t-2")


def test_another_schema_needs_another_look() -> None:
    """What was valid before a reload may not be so after it."""
    documents = some_documents()
    documents.document(SCHEMA, "{ b }", "t-1")

    with pytest.raises(RequestErrors):
        documents.document(build_schema("type Query { c: Int }"), "{ b }", "t-2")


def test_memory_is_bounded() -> None:
    """By the tokens of all documents that are kept: the least recently used goes first."""
    documents = some_documents()
    first = documents.document(SCHEMA, "{ b }", "t")
    for number in range(30):
        text = "{" + "".join(f"x{number}y{n}: b " for n in range(600)) + "}"
        documents.document(SCHEMA, text, "t")

    assert 27 == len(documents._kept)
    assert 50_000 >= documents._weight
    assert first is not documents.document(SCHEMA, "{ b }", "t")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("", "GRAPHQL_PARSE_FAILED"),
        ('{ b(text: "\\ud800") }', "GRAPHQL_PARSE_FAILED"),
        ("{ a " * 900 + "}" * 900, "GRAPHQL_PARSE_FAILED"),
        ("{ b }" + " " * 65_000, "GRAPHQL_PARSE_FAILED"),
        ("{ c }", "GRAPHQL_VALIDATION_FAILED"),
        ("{" + "b " * 1_000 + "}", "LIMIT_EXCEEDED"),
    ],
    ids=["syntax", "empty", "surrogate", "deep", "long", "unknown field", "repeated"],
)
def test_what_may_not_run_says_why(text: str, code: str) -> None:
    """With a code, and the id by which it is found in the logs."""
    assert {"code": code, "retryable": False, "reference": "t-1"} == _refused(text)


def test_tokens_are_bounded() -> None:
    """At the number in the settings. Nobody counts how many more there are."""
    some_documents(tokens=6).document(SCHEMA, "{ a { b } }", "t-1")

    assert {
        "code": "LIMIT_EXCEEDED",
        "retryable": False,
        "limit": "tokens",
        "allowed": 5,
        "reference": "t-1",
    } == _refused("{ a { b } }", tokens=5)


def test_a_warning_counts_tokens_to_the_end() -> None:
    """With `mode: warn` a document is known all the same, unless nothing could bear it."""
    documents = Documents(LimitSettings(tokens=5, mode="warn"), nothing_known)

    assert 6 == documents.document(SCHEMA, "{ a { b } }", "t-1").document.token_count
    with pytest.raises(RequestErrors):
        documents.document(SCHEMA, "{" + " b" * 100_000 + "}", "t-1")


def test_a_refused_document_is_not_kept() -> None:
    """Whoever sends nonsense takes no memory."""
    documents = some_documents()
    with pytest.raises(RequestErrors):
        documents.document(SCHEMA, "{ c }", "t-1")

    assert 0 == len(documents._kept)
