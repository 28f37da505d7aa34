"""What becomes of the CRM's records, as an answer of a test's own holds them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from connectors.sdk.context import CallContext
from schema.domain.customer import CustomerKey, CustomerKeyKind, CustomerLink, CustomerRecord
from schema.domain.errors import Conflict, SchemaDrift
from schema.domain.loyalty import LoyaltyRecord
from schema.domain.reference import SourceRef

GRANT = {"access_token": "t", "token_type": "Bearer", "expires_in": 300}
EMAIL = CustomerKey(CustomerKeyKind.EMAIL, "hanako@example.jp")
LINK = CustomerLink(ref=SourceRef("crm", "crm_1"))
AS_OF = datetime(2026, 11, 20, tzinfo=UTC)


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


@pytest.fixture
def read(
    answering: Callable[..., Any], connect: Callable[..., Any], ctx: CallContext
) -> Callable[..., Any]:
    """Asks for one e-mail address, under which the CRM has these rows."""

    async def reading(*rows: Any) -> Any:
        url = await answering(
            {"/oauth/token": GRANT, "/v2/customers/lookup": {"customers": [rows]}}
        )
        found = (await connect(url).customers(ctx, [EMAIL])).get(EMAIL)
        return replace(found, as_of=AS_OF) if isinstance(found, CustomerRecord) else found

    return reading


@pytest.fixture
def account(
    answering: Callable[..., Any], connect: Callable[..., Any], ctx: CallContext
) -> Callable[..., Any]:
    """Asks for one customer's account, which the CRM has as this row."""

    async def reading(row: Any) -> Any:
        url = await answering({"/oauth/token": GRANT, "/v2/loyalty/batch": {"accounts": [row]}})
        found = (await connect(url).loyalty(ctx, [LINK])).get(LINK)
        return replace(found, as_of=AS_OF) if isinstance(found, LoyaltyRecord) else found

    return reading


@pytest.mark.parametrize("nothing", ["", None, "  "])
async def test_a_field_is_left_empty_in_several_ways(
    read: Callable[..., Any], nothing: str | None
) -> None:
    """All of them mean that nothing is known."""
    fields = ("last_name", "first_name", "email", "phone_no", "membership_no")
    found = await read(a_row(**dict.fromkeys(fields, nothing)))

    assert CustomerRecord(ref=SourceRef("crm", "crm_1"), as_of=AS_OF) == found


@pytest.mark.parametrize("nothing", ["", None, "  "])
async def test_half_a_name_is_the_name(read: Callable[..., Any], nothing: str | None) -> None:
    """Without a space before or after it."""
    assert "𠮷野" == (await read(a_row(first_name=nothing))).name
    assert "花子" == (await read(a_row(last_name=nothing))).name


async def test_no_record_is_no_customer(read: Callable[..., Any]) -> None:
    """Nor an error."""
    assert None is await read()


async def test_merges_are_followed_to_their_end(read: Callable[..., Any]) -> None:
    """Records that lead to one person are that person, in whatever order they come."""
    last = a_row(id="crm_3", email="new@example.jp")
    middle = a_row(id="crm_2", merged_into=last)
    found = await read(a_row(merged_into=middle), last, middle)

    assert (SourceRef("crm", "crm_3"), "new@example.jp") == (found.ref, found.email)


async def test_records_that_lead_to_several_people_are_a_conflict(
    read: Callable[..., Any],
) -> None:
    """No field of theirs is told."""
    found = await read(a_row(), a_row(id="crm_2", merged_into=a_row(id="crm_3")))

    assert isinstance(found, Conflict)
    assert "2 records share one key" == str(found)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("山田", "customer.id (id): missing"),
        (a_row(id=["crm_2"]), "customer.id (id): expected text"),
        (a_row(merged_into="crm_2"), "merged_into: expected a record"),
        (a_row(email=7), "customer.email (email): expected text"),
    ],
)
async def test_a_customer_in_an_unknown_form(
    read: Callable[..., Any], row: object, told: str
) -> None:
    """The field is named, and its value is not."""
    found = await read(row)

    assert isinstance(found, SchemaDrift)
    assert told == str(found)


@pytest.mark.parametrize(
    ("points", "tier", "expected"),
    [("0", "T1", (0, "Bronze")), ("1250", "T2", (1250, "Silver")), ("-5", "T3", (-5, "Gold"))],
)
async def test_an_account(
    account: Callable[..., Any], points: str, tier: str, expected: tuple[int, str]
) -> None:
    """Digits become a number, and words the names that customers know."""
    found = await account(an_account(points=points, tier=tier))

    assert LoyaltyRecord(SourceRef("crm", "lyl_1"), AS_OF, *expected, membership="M1") == found


@pytest.mark.parametrize("tier", ["", None])
async def test_an_account_may_have_no_tier_yet(
    account: Callable[..., Any], tier: str | None
) -> None:
    """Nor a card."""
    found = await account(an_account(tier=tier, membership_no=tier))

    assert (None, None) == (found.tier, found.membership)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (an_account(points="1,250"), "loyalty.points (points): expected a number"),
        (an_account(points=""), "loyalty.points (points): missing"),
        (an_account(points="9" * 5_000), "loyalty.points (points): expected a number"),
        (an_account(tier="T4"), "loyalty.tier (tier): none of the 4 known words"),
    ],
)
async def test_an_account_in_an_unknown_form(
    account: Callable[..., Any], row: object, told: str
) -> None:
    """As with customers."""
    found = await account(row)

    assert isinstance(found, SchemaDrift)
    assert told == str(found)
