import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.domain.customer import (
    CustomerKey,
    CustomerKeyKind,
    CustomerLink,
    CustomerRecord,
    email_key,
    phone_key,
)
from schema.domain.errors import InvalidRequest
from schema.domain.reference import SourceRef


@pytest.mark.parametrize("text", ["Aiko@Example.JP", "  aiko@example.jp\n", "AIKO@EXAMPLE.JP"])
def test_an_address_is_one_key_however_it_is_written(text: str) -> None:
    """Trimmed and in lower case."""
    assert CustomerKey(CustomerKeyKind.EMAIL, "aiko@example.jp") == email_key(text)


@pytest.mark.parametrize(
    "text",
    [
        "+81312345678",
        "+81 3-1234-5678",
        "0081 (3) 1234.5678",
        "+81/3/1234/5678",
        "+81\u30003 12345678",
    ],
)
def test_a_phone_number_is_one_key_however_it_is_punctuated(text: str) -> None:
    """In E.164."""
    assert CustomerKey(CustomerKeyKind.PHONE, "+81312345678") == phone_key(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "03-1234-5678",
        "+0312345678",
        "+81",
        "+1234567890123456",
        "+81 three",
        "+81\u0663\u0664\u0665\u0666\u0667\u0668\u0669",
        "++81312345678",
        "+81312345678\x00",
    ],
)
def test_what_cannot_be_dialled_is_refused(text: str) -> None:
    """Without a country code, too short, too long, or in other digits than those of phones."""
    with pytest.raises(InvalidRequest, match="country code"):
        phone_key(text)


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True), st.text(" -.()/", max_size=5))
def test_a_number_in_its_form_stays_as_it_is(number: str, noise: str) -> None:
    """Read again it is the same, whatever stands between its digits."""
    assert number == phone_key(number).value == phone_key(noise.join(number)).value


def test_a_huge_text_costs_little() -> None:
    """A megabyte of digits or of punctuation is refused at once."""
    begun = time.perf_counter()
    for text in ("+" + "1" * 1_000_000, "-" * 1_000_000):
        with pytest.raises(InvalidRequest):
            phone_key(text)

    assert time.perf_counter() - begun < 2


def test_a_customer_s_link_is_all_that_leads_to_them() -> None:
    """Their own reference and every key that is known."""
    ref = SourceRef("crm", "1")
    customer = CustomerRecord(
        ref, datetime(2026, 11, 24, tzinfo=UTC), "Aiko", "a@example.jp", "+81312345678", "K-77"
    )

    assert CustomerLink(ref, "K-77", "a@example.jp", "+81312345678") == customer.link
