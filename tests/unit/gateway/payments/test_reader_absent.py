import pytest

from gateway.payments.reader_absent import NoReaders
from schema.domain.errors import ReaderUnknown
from schema.domain.payment import UserErrorRecord
from schema.domain.reader import ReaderRecord, ReaderStatus
from schema.ports.readers import ReaderRegister, Readers
from tests.unit.gateway.payments.till import FRONT, a_scope

ABSENT: Readers = NoReaders()
READER = ReaderRecord("ginza", "Front counter", "tmr_1", ReaderStatus.ONLINE)


async def test_there_are_no_readers() -> None:
    """Of each reader asked none, in the length asked, and no names."""
    scope = a_scope()

    assert [None] == await ABSENT.by_keys(scope, [FRONT])
    assert [] == await ABSENT.matching(scope, "ginza", None)
    assert () == ABSENT.names("ginza")
    assert [None] == await ABSENT.busy_with(scope, [READER])
    with pytest.raises(ReaderUnknown):
        await anext(ABSENT.updates(scope, FRONT))


async def test_mutations_say_that_payments_are_not_configured() -> None:
    """Every one of them, and nothing is done."""
    scope = a_scope()
    answers = [
        await ABSENT.register(scope, ReaderRegister("ginza", "code", "Lift", "r1")),
        await ABSENT.rename(scope, FRONT, "Lift"),
        await ABSENT.clear(scope, FRONT, None),
    ]

    assert ["PAYMENTS_NOT_CONFIGURED"] * 3 == [
        it.code for it in answers if isinstance(it, UserErrorRecord)
    ]
