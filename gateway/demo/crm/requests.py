"""The bodies that the CRM accepts."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from gateway.demo.crm.directory import By

_Batch = Meta(max_length=100)


class CustomersBatch(Struct, forbid_unknown_fields=True):
    """Customers by id. `expand` may name `merged_into`."""

    ids: Annotated[list[str], _Batch]
    expand: list[str] = []


class CustomersLookup(Struct, forbid_unknown_fields=True):
    """Customers by one kind of key. `expand` may name `merged_into`."""

    by: By
    values: Annotated[list[str], _Batch]
    expand: list[str] = []


class LoyaltyBatch(Struct, forbid_unknown_fields=True):
    """Accounts by the customers' ids."""

    customer_ids: Annotated[list[str], _Batch]


class CustomerPatch(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Fields of a customer to change; those not named stay."""

    last_name: str | UnsetType = UNSET
    first_name: str | UnsetType = UNSET
    last_name_kana: str | UnsetType | None = UNSET
    first_name_kana: str | UnsetType | None = UNSET
    email: str | UnsetType | None = UNSET
    phone_no: str | UnsetType | None = UNSET


class WebhookAddress(Struct, forbid_unknown_fields=True):
    """Where changes are to be posted."""

    url: Annotated[str, Meta(pattern=r"^https?://", max_length=2_000)]
