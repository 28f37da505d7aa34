import re
from datetime import UTC

from gateway.payments.clock import RandomNames, SystemClock


def test_the_time_is_utc() -> None:
    """Times in the journal bear their zone."""
    assert UTC is SystemClock().now().tzinfo


def test_names_say_what_they_name() -> None:
    """A payment's id is `pay_` and 24 hexadecimal digits; a refund's begins with `ref_`."""
    names = RandomNames()

    assert re.fullmatch(r"pay_[0-9a-f]{24}", names.payment())
    assert re.fullmatch(r"ref_[0-9a-f]{24}", names.refund())
    assert names.payment() != names.payment()
