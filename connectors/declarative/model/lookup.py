"""How records are found by their keys."""

from typing import Generic, Literal, TypeVar

from pydantic import Field

from connectors.declarative.model.part import Expression, Name, Part, Pattern

R = TypeVar("R", bound=Part)


class Lookup(Part, Generic[R]):
    """Records by keys: {keys} asks for all at once, {key} for one a call."""

    request: R = Field(description="The request, with {keys} or {key}.")
    rows: Expression = Field(default="@", description="Where the answer holds the records.")
    match: Expression | Literal["position"] | None = Field(
        default=None,
        description="Which key a row answers. Absent, it is the record's own (its id, number, SKU"
        " or e-mail); a list of what a customer has tells none, so that with {key} every row"
        " counts. position: rows come in the order asked, null or an empty list for an unknown"
        " key.",
    )
    each: Expression | None = Field(
        default=None,
        description="Where a row holds a list whose elements are the records; `match` is still read"
        " in the row. A record sees its row as well; where both have a key, the element's counts."
        " An empty list is a known key without records.",
    )
    follow: Expression | None = Field(
        default=None,
        description="Where a row holds, whole, the row that has replaced it, as a merged customer's"
        " does. That one is read instead, and so on to the last.",
    )
    gather: Name | None = Field(
        default=None,
        description="What the list of all rows of one key is called within the first of them, which"
        " alone is read: a join gives a row for each part of a record.",
    )
    pattern: Pattern | None = Field(
        default=None,
        description="Regular expression of whole keys; any other is unknown, and is not sent.",
    )
    without: str | None = Field(
        default=None,
        min_length=1,
        description="Characters that the system leaves out of keys, such as -. It is asked without"
        " them; in a row, `@key` is the key as it was asked for.",
    )
    exact: bool = Field(
        default=False,
        description="Whether the system gives nothing but what was asked for. A row of another key"
        " is then one in an unknown form: no key without a row can be called unknown.",
    )
    ignore_case: bool = Field(
        default=False, description="Whether upper and lower case of the matched key are the same."
    )
    none_when: Expression | None = Field(
        default=None,
        description="What is true of a row that tells only that its key is known, as an outer join"
        " gives it.",
    )


class StoreLookup(Lookup[R], Generic[R]):
    """Records by SKU, several for each."""

    request: R = Field(description="The request, with {keys} or {key}; {stores} limits it.")
    stores: str | None = Field(
        default=None, description="The config map of store code to the system's own, for {stores}."
    )


class CustomerLookups(Part, Generic[R]):
    """Customers, by each kind of key that the system knows."""

    ID: Lookup[R] | None = Field(default=None, description="By the system's own id.")
    EMAIL: Lookup[R] | None = Field(default=None, description="By e-mail, in lower case.")
    PHONE: Lookup[R] | None = Field(default=None, description="By phone number, in E.164.")
    MEMBERSHIP: Lookup[R] | None = Field(default=None, description="By membership number.")


class LinkLookup(Lookup[R], Generic[R]):
    """Things of customers by all that is known of each, in one call."""

    links: Expression = Field(
        description='JMESPath of "{keys}" within what is known of the customers:'
        " [].{place: reference, no: ref, mail: email}. `reference` is ours, and what `match` finds"
        " in the answer; ref is the system's own id. membership, email and phone are known as well."
        " What is not known is left out; a customer with nothing but a reference is not sent.",
    )


class LinkLookups(CustomerLookups[R], Generic[R]):
    """Things of a customer, by the first of these kinds of key that is known of the customer.

    A request may use {limit} beside the key, where the port has a limit.
    """

    LINK: LinkLookup[R] | None = Field(
        default=None, description="By all keys together; instead of the single kinds."
    )

    via_customers: bool = Field(
        default=False,
        description="Whether a customer without an own id is looked up by `customers` first.",
    )


class VariantLookups(Part, Generic[R]):
    """Variants, by each kind of key that the system knows."""

    SKU: Lookup[R] | None = Field(default=None, description="By SKU.")
    GTIN: Lookup[R] | None = Field(default=None, description="By GTIN.")
