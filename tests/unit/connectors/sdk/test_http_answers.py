"""What an answer that has arrived means."""

import pytest

from connectors.sdk.http import HttpResponse, checked
from schema.domain.errors import (
    Conflict,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    SchemaDrift,
    SourceError,
    Unavailable,
)


@pytest.mark.parametrize("body", [b'{"a": ', b"", b"\xff\xfe", b"[" * 100_000, b'{"a": 1} x'])
def test_a_body_that_is_not_json_is_drift(body: bytes) -> None:
    """Cut off, empty, in another encoding, or nested beyond reason."""
    with pytest.raises(SchemaDrift, match="no content type"):
        HttpResponse(200, {}, body).json()


@pytest.mark.parametrize(
    ("status", "read", "write"),
    [
        (301, SchemaDrift, SchemaDrift),
        (400, Rejected, Rejected),
        (401, Rejected, Rejected),
        (404, NotFound, NotFound),
        (409, Conflict, Conflict),
        (410, NotFound, NotFound),
        (412, Conflict, Conflict),
        (429, RateLimited, RateLimited),
        (500, Unavailable, OutcomeUnknown),
        (502, Unavailable, OutcomeUnknown),
        (503, Unavailable, Unavailable),
        (504, Unavailable, OutcomeUnknown),
    ],
)
def test_a_status_says_what_the_caller_may_do(
    status: int, read: type[SourceError], write: type[SourceError]
) -> None:
    """The body of an error is never quoted: it may hold what was sent."""
    response = HttpResponse(status, {}, b"c2VjcmV0")
    for kind, is_write in ((read, False), (write, True)):
        with pytest.raises(SourceError) as error:
            checked(response, write=is_write)

        assert kind is type(error.value)
        assert f"HTTP {status}" == str(error.value)


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_success_is_handed_on(status: int) -> None:
    """What came is what the caller reads."""
    response = HttpResponse(status, {}, b"")

    assert response is checked(response)


def test_a_rejection_bears_its_status() -> None:
    """The caller of a connector learns why, without the system's words."""
    with pytest.raises(Rejected) as error:
        checked(HttpResponse(422, {}, b""))

    assert "422" == error.value.reason


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("2", 2.0), ("0.5", 0.5), ("soon", None), ("-1", None), ("nan", None), ("1e9", None)],
)
def test_a_pause_is_told(status: int, asked: str, seconds: float | None) -> None:
    """Seconds are believed up to an hour; anything else is nothing."""
    with pytest.raises(SourceError) as error:
        checked(HttpResponse(status, {"retry-after": asked}, b""))

    assert seconds == error.value.retry_after_s
