"""The CRM's interface, over a socket."""

from typing import Any

import pytest

from gateway.demo.crm.records import customer_id, duplicates
from gateway.demo.data.kasane import kasane

MEMBER = next(it for it in kasane().customers if it.membership)
MERGED = next(it for it in duplicates(kasane().customers) if it.merged_into)


async def test_a_batch_answers_each_id_in_its_place(crm: Any) -> None:
    """Null stands where there is no such id."""
    ids = ["crm_unknown", customer_id(MEMBER), "crm_unknown"]
    status, answer = await crm.ask("POST", "/v2/customers/batch", {"ids": ids})

    assert 200 == status
    assert [None, customer_id(MEMBER), None] == [it and it["id"] for it in answer["customers"]]


async def test_a_lookup_answers_every_match(crm: Any) -> None:
    """Two people's records may bear one address; nobody bears the other."""
    body = {"by": "email", "values": [str(MERGED.email), "nobody@example.jp"]}
    _, answer = await crm.ask("POST", "/v2/customers/lookup", body)

    assert [{MERGED.id, MERGED.merged_into}, set()] == [
        {it["id"] for it in matches} for matches in answer["customers"]
    ]


@pytest.mark.parametrize("expand", [True, False])
async def test_a_merged_record_is_sent_along_on_demand(crm: Any, expand: bool) -> None:
    """Else its id alone."""
    body = {"ids": [MERGED.id], "expand": ["merged_into"] if expand else []}
    _, answer = await crm.ask("POST", "/v2/customers/batch", body)
    other = answer["customers"][0]["merged_into"]

    assert MERGED.merged_into == (other["id"] if expand else other)


async def test_accounts_come_by_customer(crm: Any) -> None:
    """Points are a string; who has no account is null."""
    body = {"customer_ids": [customer_id(MEMBER), "crm_unknown"]}
    _, answer = await crm.ask("POST", "/v2/loyalty/batch", body)
    account, nothing = answer["accounts"]

    assert (str(MEMBER.points), None) == (account["points"], nothing)
    assert account["tier"] in {"T1", "T2", "T3"}


async def test_pages_hold_every_customer_once(crm: Any) -> None:
    """Following the cursors ends."""
    found: list[str] = []
    path: str | None = "/v2/customers?limit=200"
    while path:
        _, page = await crm.ask("GET", path)
        found += [it["id"] for it in page["customers"]]
        path = page["next"] and f"/v2/customers?limit=200&cursor={page['next']}"

    known = [it for it in kasane().customers if it.in_crm]
    assert sorted(set(found)) == found
    assert len(known) + len(duplicates(kasane().customers)) == len(found)


async def test_a_change_is_read_back_and_found_in_the_feed(crm: Any) -> None:
    """Under the new address and no more under the old; fields not named stay."""
    who = customer_id(MEMBER)
    _, before = await crm.ask("GET", "/v2/changes")
    await crm.ask("PATCH", f"/v2/customers/{who}", {"email": "Neu@example.jp", "phone_no": None})
    await crm.ask("PUT", f"/v2/customers/{who}/consents", {"line": True})
    _, first = await crm.ask("GET", f"/v2/changes?after={before['next']}&limit=1")
    _, second = await crm.ask("GET", f"/v2/changes?after={first['next']}&limit=1")
    _, last = await crm.ask("GET", f"/v2/changes?after={second['next']}")
    body = {"by": "email", "values": ["neu@example.jp", MEMBER.email]}
    _, looked_up = await crm.ask("POST", "/v2/customers/lookup", body)

    (found,), old = looked_up["customers"]
    assert (who, MEMBER.family_name, None) == (found["id"], found["last_name"], found["phone_no"])
    assert [] == old
    told = [*before["changes"], *first["changes"], *second["changes"], *last["changes"]]
    assert [("customer.updated", who), ("consents.updated", who)] == [
        (it["type"], it["customer_id"]) for it in told
    ]
    assert second["next"] == last["next"]


async def test_consents_not_named_stay(crm: Any) -> None:
    """A customer who says something of one channel has said nothing of others."""
    path = f"/v2/customers/{customer_id(MEMBER)}/consents"
    _, before = await crm.ask("GET", path)
    asked = not before["consents"]["sms"]["granted"]
    await crm.ask("PUT", path, {"sms": asked})
    _, after = await crm.ask("GET", path)

    assert asked == after["consents"].pop("sms")["granted"]
    del before["consents"]["sms"]
    assert before == after


async def test_coupons_are_listed(crm: Any) -> None:
    """Of one customer."""
    status, answer = await crm.ask("GET", f"/v2/customers/{customer_id(MEMBER)}/coupons")

    assert 200 == status
    assert ["coupons"] == list(answer)


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("POST", "/v2/customers/batch", {"ids": ["x"] * 101}, (400, "invalid_request")),
        ("POST", "/v2/customers/batch", {"id": "x"}, (400, "invalid_request")),
        ("POST", "/v2/customers/lookup", {"by": "name", "values": []}, (400, "invalid_request")),
        ("PATCH", f"/v2/customers/{customer_id(MEMBER)}", {"points": 9}, (400, "invalid_request")),
        ("PATCH", "/v2/customers/crm_unknown", {"email": "a@b.jp"}, (404, "not_found")),
        ("PATCH", f"/v2/customers/{MERGED.id}", {"email": "a@b.jp"}, (409, "merged")),
        ("PUT", f"/v2/customers/{MERGED.id}/consents", {"fax": True}, (400, "unknown_channel")),
        ("GET", "/v2/customers/crm_unknown/coupons", None, (404, "not_found")),
        ("GET", "/v2/customers?limit=0", None, (400, "invalid_limit")),
        ("GET", "/v2/customers?cursor=x", None, (400, "invalid_cursor")),
        ("GET", "/v2/changes?after=c000000001", None, (410, "unknown_cursor")),
        ("GET", "/v2/changes?after=x", None, (410, "unknown_cursor")),
        ("POST", "/v2/webhooks", {"url": "file:///etc/passwd"}, (400, "invalid_request")),
    ],
)
async def test_what_cannot_be_answered_is_refused(
    crm: Any, method: str, path: str, body: Any, expected: tuple[int, str]
) -> None:
    """With the CRM's own word for it."""
    status, answer = await crm.ask(method, path, body)

    assert expected == (status, answer["error"]["code"])
