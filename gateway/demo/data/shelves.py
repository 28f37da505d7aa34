"""What lies in Kasane's stores, and what is on its way there."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random

from gateway.demo.data.records import Delivery, Shelf, Store, Variant

_KEPT = 0.8  # of all variants, in each store
_COUNTED_AT = datetime(2026, 11, 20, 8, 55, tzinfo=UTC)
_COUNTED_WITHIN_S = 6 * 3_600

_DELIVERIES = 600
_FIRST_EXPECTED = date(2026, 11, 21)
_EXPECTED_WITHIN_DAYS = 28
_PALLETS = 0.03  # of all deliveries come by the thousand


def shelves(
    random: Random, stores: Sequence[Store], variants: Sequence[Variant]
) -> tuple[Shelf, ...]:
    """Most variants in most stores, by store and then SKU."""
    ordered = sorted(variants, key=lambda variant: variant.sku)
    return tuple(
        _shelf(random, store, variant)
        for store in stores
        for variant in ordered
        if random.random() < _KEPT
    )


def deliveries(
    random: Random, stores: Sequence[Store], variants: Sequence[Variant]
) -> tuple[Delivery, ...]:
    """Some deliveries, by store, SKU and date. No two of a SKU reach a store on one day."""
    found: dict[tuple[int, str, date], Delivery] = {}
    while len(found) < _DELIVERIES:
        store, variant = random.choice(stores), random.choice(variants)
        day = _FIRST_EXPECTED + timedelta(days=random.randrange(_EXPECTED_WITHIN_DAYS))
        pallet = random.random() < _PALLETS
        quantity = random.randint(1_000, 2_400) if pallet else random.randint(1, 60)
        key = (store.number, variant.sku, day)
        found.setdefault(key, Delivery(store, variant, quantity, day))
    return tuple(found[key] for key in sorted(found))


def _shelf(random: Random, store: Store, variant: Variant) -> Shelf:
    """A shelf with 0 to 40 units; now and then more is promised than is there."""
    on_hand = 0 if random.random() < 0.08 else random.randint(1, 40)  # noqa: PLR2004
    oversold = random.random() < 0.02  # noqa: PLR2004
    return Shelf(
        store=store,
        variant=variant,
        on_hand=on_hand,
        committed=on_hand + random.randint(1, 3) if oversold else random.randint(0, on_hand // 6),
        reserved=1 if on_hand > 3 and random.random() < 0.1 else 0,  # noqa: PLR2004
        counted_at=_COUNTED_AT - timedelta(seconds=random.randrange(_COUNTED_WITHIN_S)),
    )
