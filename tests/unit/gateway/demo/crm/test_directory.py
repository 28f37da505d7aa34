"""How the CRM finds people."""

import pytest

from gateway.demo.crm.directory import By, Directory
from gateway.demo.crm.records import customer_id, duplicates
from gateway.demo.data.kasane import kasane

MEMBER = next(it for it in kasane().customers if it.membership and it.phone.startswith("+81"))


@pytest.mark.parametrize(
    ("by", "value"),
    [
        ("email", f" {MEMBER.email.upper()}"),
        ("phone", MEMBER.phone),
        ("phone", f"0{MEMBER.phone[3:]}"),
        ("phone", f"+81 {MEMBER.phone[3:6]}-{MEMBER.phone[6:]}"),
        ("membership", str(MEMBER.membership)),
    ],
)
def test_a_key_is_found_however_it_is_written(by: By, value: str) -> None:
    """Capitals, dashes and the country's code do not matter."""
    found = Directory(kasane().customers).matches(by, value)

    assert [customer_id(MEMBER)] == [it.id for it in found]


@pytest.mark.parametrize("by", ["email", "phone", "membership"])
def test_an_empty_key_is_nobodys(by: By) -> None:
    """Fields that were left empty are not alike."""
    assert [] == Directory(kasane().customers).matches(by, "")


def test_an_id_that_was_merged_leads_to_the_other() -> None:
    """Its account as well."""
    directory = Directory(kasane().customers)
    merged = next(it for it in duplicates(kasane().customers) if it.merged_into)
    other = directory.survivor(merged.id)

    assert other is not None
    assert merged.merged_into == other.id
    assert directory.account(other.id) == directory.account(merged.id)
    assert directory.survivor("crm_unknown") is None
    assert directory.account("crm_unknown") is None
