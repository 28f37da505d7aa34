"""Coupons and consents."""

from gateway.demo.crm.benefits import Consent, Consents, coupons

SEEN = [f"crm_{number:012x}" for number in range(200)]


def test_a_customer_has_none_to_three_coupons() -> None:
    """The same ones whenever they are asked for, each with a code of its own."""
    assert {0, 1, 2, 3} == {len(coupons(it)) for it in SEEN}
    assert coupons(SEEN[0]) == coupons(SEEN[0])
    codes = [coupon.code for coupon in coupons(SEEN[0])]
    assert len(codes) == len(set(codes))


def test_what_was_said_last_counts() -> None:
    """Until then, what was ticked on joining."""
    consents = Consents()
    consents.put("crm_1", {"sms": True}, 20)
    consents.put("crm_1", {"sms": False}, 30)
    said = consents.of("crm_1", 10)

    assert Consent(granted=False, changed_ms=30) == said.pop("sms")
    assert {"email", "post", "line"} == set(said)
    assert {10} == {it.changed_ms for it in said.values()}
