from gateway.payments.reader_log import ListedReader
from gateway.payments.reader_names import Shadowed, StoreReaders, shadowed, with_labels

CONFIGURED = StoreReaders("ginza", "JPY", {"Front counter": "tmr_front"}, "tml_1")


def test_labels_name_the_readers_that_the_configuration_does_not() -> None:
    """Both kinds are found by name; it is told which are which."""
    found = with_labels(CONFIGURED, [ListedReader("tmr_gift", "Gift desk")])

    assert {"Front counter": "tmr_front", "Gift desk": "tmr_gift"} == found.readers
    assert {"Gift desk"} == found.labels
    assert {} == found.ambiguous


def test_a_configured_reader_is_not_found_by_its_label() -> None:
    """It would have two names, of which staff know one."""
    found = with_labels(CONFIGURED, [ListedReader("tmr_front", "Till 1")])

    assert {"Front counter": "tmr_front"} == found.readers


def test_a_configured_name_wins_over_a_label() -> None:
    """The other reader cannot be reached, and that is told."""
    listed = [ListedReader("tmr_gift", "Front counter"), ListedReader("tmr_front", "Till 1")]

    assert {"Front counter": "tmr_front"} == with_labels(CONFIGURED, listed).readers
    assert [Shadowed("Front counter", "tmr_gift")] == shadowed(CONFIGURED, listed)


def test_of_two_readers_with_one_label_neither_is_used() -> None:
    """A payment might wait at the wrong one; the devices are told, sorted."""
    found = with_labels(
        CONFIGURED, [ListedReader("tmr_b", "Gift desk"), ListedReader("tmr_a", "Gift desk")]
    )

    assert {"Front counter": "tmr_front"} == found.readers
    assert {"Gift desk": ("tmr_a", "tmr_b")} == found.ambiguous


def test_a_reader_without_a_label_has_no_name() -> None:
    """Nobody could ask for it."""
    assert CONFIGURED.readers == with_labels(CONFIGURED, [ListedReader("tmr_a", "")]).readers
