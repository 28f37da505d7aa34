"""What the mapping makes of the CRM's records."""

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.kasane_crm.mapping import Asked, account, customer
from schema.domain.customer import CustomerRecord
from schema.domain.errors import Conflict, SchemaDrift
from schema.domain.loyalty import LoyaltyRecord
from schema.domain.reference import SourceRef

ASKED = Asked("crm", datetime(2026, 11, 20, tzinfo=UTC), "JP")


def a_row(**fields: Any) -> dict[str, Any]:
    """A customer's row."""
    return {
        "id": "crm_1",
        "last_name": "𠮷野",
        "first_name": "花子",
        "email": "Hanako@Example.JP",
        "phone_no": "03-1234-5678",
        "membership_no": "M00000001",
        "merged_into": None,
        "updated_ms": 1_700_000_000_000,
        **fields,
    }


def an_account(**fields: Any) -> dict[str, Any]:
    """An account's row."""
    return {"id": "lyl_1", "membership_no": "M1", "points": "1250", "tier": "T2", **fields}


def test_a_customer() -> None:
    """Fields that we do not know of are passed over."""
    expected = CustomerRecord(
        ref=SourceRef("crm", "crm_1"),
        as_of=ASKED.at,
        name="𠮷野 花子",
        email="hanako@example.jp",
        phone="+81312345678",
        membership="M00000001",
    )

    assert expected == customer([a_row()], ASKED)


@pytest.mark.parametrize("nothing", ["", None, "  "])
def test_a_field_is_left_empty_in_several_ways(nothing: str | None) -> None:
    """All of them mean that nothing is known."""
    fields = ("last_name", "first_name", "email", "phone_no", "membership_no")

    assert CustomerRecord(ref=SourceRef("crm", "crm_1"), as_of=ASKED.at) == customer(
        [a_row(**dict.fromkeys(fields, nothing))], ASKED
    )


def test_half_a_name_is_the_name() -> None:
    """Without a space before or after it."""
    found = customer([a_row(first_name="")], ASKED)

    assert found is not None
    assert "𠮷野" == found.name


def test_no_record_is_no_customer() -> None:
    """Nor an error."""
    assert customer([], ASKED) is None


def test_merges_are_followed_to_their_end() -> None:
    """Records that lead to one person are that person, in whatever order they come."""
    last = a_row(id="crm_3", email="new@example.jp")
    middle = a_row(id="crm_2", merged_into=last)
    first = a_row(id="crm_1", merged_into=middle)

    found = customer([first, last, middle], ASKED)

    assert found is not None
    assert (SourceRef("crm", "crm_3"), "new@example.jp") == (found.ref, found.email)


def test_records_that_lead_to_several_people_are_a_conflict() -> None:
    """No field of theirs is told."""
    with pytest.raises(Conflict) as conflict:
        customer([a_row(), a_row(id="crm_2", merged_into=a_row(id="crm_3"))], ASKED)

    assert "2 customers share one key: merge them in the CRM" == str(conflict.value)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("山田", "customer: expected object"),
        (a_row(id=7), "customer.id: expected str"),
        (a_row(merged_into="crm_2"), "customer.merged_into: expected object | null"),
        ({"id": "crm_1"}, "customer.last_name: missing"),
    ],
)
def test_a_customer_in_an_unknown_form(row: object, told: str) -> None:
    """The field is named, and its value is not."""
    with pytest.raises(SchemaDrift) as drift:
        customer([row], ASKED)

    assert told == str(drift.value)


@pytest.mark.parametrize(
    ("points", "tier", "expected"),
    [("0", "T1", (0, "Bronze")), ("1250", "T2", (1250, "Silver")), ("-5", "T3", (-5, "Gold"))],
)
def test_an_account(points: str, tier: str, expected: tuple[int, str]) -> None:
    """Digits become a number, and words the names that customers know."""
    found = account(an_account(points=points, tier=tier), ASKED)

    assert LoyaltyRecord(SourceRef("crm", "lyl_1"), ASKED.at, *expected, membership="M1") == found


@pytest.mark.parametrize("tier", ["", None])
def test_an_account_may_have_no_tier_yet(tier: str | None) -> None:
    """Nor a card."""
    found = account(an_account(tier=tier, membership_no=tier), ASKED)

    assert (None, None) == (found.tier, found.membership)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (an_account(points=1250), "loyalty.points: expected str"),
        (an_account(points="1,250"), "loyalty.points: expected a whole number"),
        (an_account(points=""), "loyalty.points: expected a whole number"),
        (an_account(points="9" * 5_000), "loyalty.points: expected a whole number"),
        (an_account(tier="T4"), "loyalty.tier: none of the 3 known words"),
    ],
)
def test_an_account_in_an_unknown_form(row: object, told: str) -> None:
    """As with customers."""
    with pytest.raises(SchemaDrift) as drift:
        account(row, ASKED)

    assert told == str(drift.value)
