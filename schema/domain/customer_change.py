"""What is written about a customer."""

from msgspec import UNSET, Struct, UnsetType


class CustomerChange(Struct, frozen=True):
    """Fields to write; one that is left `UNSET` stays as it is, and None empties it.

    `email` is trimmed and in lower case, `phone` in E.164.
    """

    name: str | UnsetType | None = UNSET
    email: str | UnsetType | None = UNSET
    phone: str | UnsetType | None = UNSET
