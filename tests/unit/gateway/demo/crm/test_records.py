"""Kasane's customers in the CRM's hand."""

import re

from msgspec.structs import replace

from connectors.sdk.contact import phone_number
from gateway.demo.crm.records import account, customer_id, duplicates, person
from gateway.demo.data.kasane import kasane

KNOWN = [it for it in kasane().customers if it.in_crm]


def test_every_record_tells_the_truth_in_another_form() -> None:
    """Phones are written as in Japan, and some addresses with capitals."""
    for customer in KNOWN:
        record = person(customer)
        assert (customer.email, customer.phone) == (
            (record.email or "").lower(),
            phone_number(record.phone_no, region="JP"),
        )
    written = [str(person(it).phone_no) for it in KNOWN]
    assert any(re.fullmatch(r"090-\d{4}-\d{4}", it) for it in written)
    assert any(re.fullmatch(r"0\d-\d{4}-\d{4}", it) for it in written)
    assert any(it.startswith("+65 ") for it in written)
    assert any(person(it).email != it.email for it in KNOWN)


def test_ids_are_unique_and_the_same_for_ever() -> None:
    """Also beside those of the duplicates; orders and clients hold them."""
    records = [*map(person, KNOWN), *duplicates(kasane().customers)]

    assert len(records) == len({it.id for it in records})
    assert all(re.fullmatch(r"crm_[0-9a-f]{12}", it.id) for it in records)
    assert "crm_ab12a30f032a" == customer_id(replace(KNOWN[0], number=1))


def test_who_has_a_card_has_an_account() -> None:
    """Of a tier that the points give."""
    accounts = [(it, account(it)) for it in KNOWN]

    assert [it.membership for it in KNOWN] == [kept and kept.membership_no for _, kept in accounts]
    tiers = {kept.tier: it.points for it, kept in accounts if kept}
    assert {"T1", "T2", "T3"} == set(tiers)
    assert tiers["T1"] < 2_000 <= tiers["T2"] < 10_000 <= tiers["T3"]


def test_some_people_signed_up_twice() -> None:
    """Most were merged; the others are of people whom only their card leads to."""
    people = {it.email: it for it in KNOWN}
    known = {person(it).id for it in KNOWN}
    doubled = duplicates(kasane().customers)
    unmerged = [it for it in doubled if it.merged_into is None]

    assert 3 == len(unmerged) < len(doubled)
    assert all(it.merged_into in known for it in doubled if it.merged_into)
    assert all((it.email or "").lower() in people for it in doubled)
    assert not any(people[(it.email or "").lower()].in_oms for it in unmerged)
