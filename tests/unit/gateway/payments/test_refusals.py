from gateway.payments import refusals
from gateway.payments.leases import ReaderHeld
from gateway.payments.subject import Kind, Subject
from schema.domain.money import Money
from tests.unit.gateway.payments.terminal import NOW


def test_a_busy_reader_tells_who_has_it() -> None:
    """Whose payment it is, which one, and since when: so that staff can find them."""
    answer = refusals.reader_busy(
        "Front counter", ReaderHeld(Subject(Kind.PAYMENT, "pay_7"), "till-2", NOW)
    )

    assert "READER_BUSY" == answer.code
    assert (
        "Front counter has had the payment pay_7 of till-2 since 2026-11-24 09:00:00 UTC."
        " Wait for it, cancel it, or take another reader." == answer.message
    )


def test_amounts_are_written_as_people_write_them() -> None:
    """In the currency's main unit, with its decimal places."""
    assert (
        "At most 19.90 SGD can be taken." == refusals.capture_too_large(Money(1990, "SGD")).message
    )
    assert (
        "At most 500 JPY can be given back." == refusals.refund_too_large(Money(500, "JPY")).message
    )


def test_names_that_exist_are_told() -> None:
    """A wrong name is answered with the right ones; none says so."""
    answer = refusals.reader_unknown("ginza", ["Front counter", "Gift desk"])

    assert ("Front counter", "Gift desk") == answer.names
    assert (
        "There is no such reader in ginza. There are: Front counter, Gift desk." == answer.message
    )
    assert refusals.store_unknown([]).message.endswith("There are: none.")
