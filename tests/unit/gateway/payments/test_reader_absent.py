from gateway.payments.reader_absent import NoReaders
from schema.ports.readers import Readers
from tests.unit.gateway.payments.till import FRONT, a_scope

ABSENT: Readers = NoReaders()


async def test_there_are_no_readers() -> None:
    """Of each reader asked none, in the length asked, and no names."""
    scope = a_scope()

    assert [None] == await ABSENT.by_keys(scope, [FRONT])
    assert [] == await ABSENT.matching(scope, "ginza", None)
    assert () == ABSENT.names("ginza")
