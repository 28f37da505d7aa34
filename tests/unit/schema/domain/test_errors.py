import re

import pytest

from schema.domain import errors
from schema.domain.errors import (
    InvalidRequest,
    RateLimited,
    Rejected,
    SourceError,
    TillgraphError,
)

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, TillgraphError)
]


def test_each_error_has_its_own_code() -> None:
    """A client can tell them apart, and each has a sentence that ends."""
    assert len(KINDS) == len({kind.code for kind in KINDS})
    assert all(kind.sentence.endswith(".") for kind in KINDS)


def test_the_tree_is_drawn_as_it_is() -> None:
    """Every error stands in the module's drawing."""
    drawn = re.findall(r"^ *\* (\w+)", errors.__doc__ or "", re.MULTILINE)

    assert {kind.__name__ for kind in KINDS} == set(drawn)


@pytest.mark.parametrize("kind", [it for it in KINDS if issubclass(it, SourceError)])
def test_an_error_of_a_system_says_which(kind: type[SourceError]) -> None:
    """Its name may be filled in later."""
    error = kind("what happened", source="pos")

    assert ("what happened", "pos") == (str(error), error.source)
    assert kind("what happened").source is None


def test_what_some_errors_tell_beside() -> None:
    """When to ask again, the system's own reason, and a hint for the caller."""
    assert 3.0 == RateLimited("slow down", retry_after_s=3.0).retry_after_s
    assert "card_declined" == Rejected("no", reason="card_declined").reason
    assert "Give a number." == InvalidRequest("Give a number.").hint
