import pytest

from gateway.payments.failures import failure_of
from schema.domain.errors import (
    Conflict,
    NotFound,
    RateLimited,
    Rejected,
    SourceError,
    Unavailable,
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotFound("x"), "reader_unknown"),
        (Unavailable("x"), "provider_unavailable"),
        (RateLimited("x"), "provider_unavailable"),
        (Rejected("x", reason="terminal_reader_offline"), "reader_offline"),
        (
            Rejected("x", reason="terminal_reader_invalid_location_for_payment"),
            "reader_wrong_location",
        ),
        (Rejected("x", reason="amount_too_small"), "amount_too_small"),
        (Rejected("x"), "source_rejected"),
        (Conflict("x"), "conflict"),
    ],
)
def test_a_refusal_is_told_by_its_code(error: SourceError, code: str) -> None:
    """Staff get the provider's code and a sentence of ours, never the provider's text."""
    failure = failure_of(error)

    assert code == failure.code
    assert failure.message != str(error)
