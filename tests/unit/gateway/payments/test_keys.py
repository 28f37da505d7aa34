from gateway.payments.keys import Step, attempt_key, intent_key


def test_keys_are_derived() -> None:
    """After a crash the same call bears the same key."""
    assert "pay_1:intent" == intent_key("pay_1")
    assert "pay_1:proc:2" == attempt_key("pay_1", Step.PROCESS, 2)
    assert "pay_1:capture:1" == attempt_key("pay_1", Step.CAPTURE, 1)
