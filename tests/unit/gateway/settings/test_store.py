from collections.abc import Callable

from gateway.settings.model import Settings
from schema.domain.store import GeoPoint, StoreRecord


def test_a_store_becomes_a_record(loaded: Callable[..., Settings]) -> None:
    """With its place, where it has one."""
    stores = loaded().stores

    assert StoreRecord("ginza", "Ginza", "Asia/Tokyo", "JPY", GeoPoint(35.67, 139.76)) == stores[
        "ginza"
    ].record("ginza")
    assert StoreRecord("umeda", "Umeda", "Asia/Tokyo", "JPY") == stores["umeda"].record("umeda")


def test_readers_keep_the_names_that_staff_use(loaded: Callable[..., Settings]) -> None:
    """Names with spaces and in any script, without the space around them."""
    settings = loaded(("{Front counter: tmr_1}", "{' レジ 1 ': tmr_1, Gift desk: tmr_2}"))

    assert {"レジ 1": "tmr_1", "Gift desk": "tmr_2"} == settings.stores["ginza"].readers
