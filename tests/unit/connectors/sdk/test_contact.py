"""Phone numbers and e-mail addresses."""

import pytest

from connectors.sdk.contact import email_address, phone_number
from schema.domain.customer import phone_key


@pytest.mark.parametrize(
    ("text", "region", "expected"),
    [
        ("03-1234-5678", "JP", "+81312345678"),
        ("(03) 1234 5678", "JP", "+81312345678"),
        ("090 1234 5678", "JP", "+819012345678"),
        ("０９０－１２３４－５６７８", "JP", "+819012345678"),  # noqa: RUF001 - as some tills write it
        ("+81 90-1234-5678", "SG", "+819012345678"),
        ("6123 4567", "SG", "+6561234567"),
        ("+81-3-1234-5678 ext. 12", "JP", "+81312345678"),
    ],
)
def test_a_number_is_the_same_however_it_is_written(text: str, region: str, expected: str) -> None:
    """Systems that know one customer by phone must arrive at one key."""
    found = phone_number(text, region=region)

    assert expected == found
    assert phone_key(expected).value == found


@pytest.mark.parametrize("text", [None, "", "unlisted", "12", "+" + "1" * 20, "0" * 5_000, "+81"])
def test_what_cannot_be_dialled_is_no_number(text: str | None) -> None:
    """A customer keeps existing when a till has scribbled into the phone field."""
    assert phone_number(text, region="JP") is None


def test_an_address_is_trimmed_and_in_lower_case() -> None:
    """The same form as the domain's e-mail key."""
    assert "hanako@example.jp" == email_address("  Hanako@Example.JP\n")


@pytest.mark.parametrize("text", [None, "", "   ", "hanako", "@example.jp", "hanako@", "a b@c.jp"])
def test_what_is_no_address_is_none(text: str | None) -> None:
    """Placeholders of old systems must not become keys that join strangers."""
    assert email_address(text) is None
