"""Phone numbers and e-mail addresses in the form in which systems' records are compared."""

import phonenumbers

from schema.domain.customer import email_key

_LONGEST = 60  # characters; no phone number that anybody writes is longer


def phone_number(text: str | None, *, region: str) -> str | None:
    """A phone number in E.164 (+81312345678), however a system writes it.

    `region` is the country (ISO 3166, two letters) of numbers that are written without its code.
    None where there is no number, or none that could be dialled: a customer whose number is
    unreadable is a customer all the same.
    """
    if not text or len(text) > _LONGEST:
        return None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email_address(text: str | None) -> str | None:
    """An e-mail address, trimmed and in lower case; None where there is none."""
    value = email_key(text or "").value
    name, at, host = value.rpartition("@")
    return value if name and at and host and not any(map(str.isspace, value)) else None
