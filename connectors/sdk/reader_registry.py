"""What a payment provider is told of readers as things."""

from msgspec import Struct


class ReaderRegistration(Struct, frozen=True):
    """A reader to make known, by the code that it shows, at a place of an account.

    `label` is what staff will call it.
    """

    code: str
    location: str
    label: str
    account: str | None = None
