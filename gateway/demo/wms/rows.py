"""What the warehouse knows of a retailer, as rows of its tables."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table

from gateway.demo.data.records import Retailer, Shelf, Store, Variant
from gateway.demo.wms.tables import CODE, GTIN, ITEM, ITEM_GROUP, LOC, PLACE, RESV, STOCK

Row = dict[str, Any]

_ZONE = ZoneInfo("Asia/Tokyo")  # also for the store abroad: the warehouse knows one zone
_HELD_FOR = timedelta(days=2)


def rows(retailer: Retailer) -> Mapping[Table, list[Row]]:
    """Every table's rows."""
    return {
        ITEM_GROUP: [{"group_no": it.number, "group_nm": it.title} for it in retailer.products],
        ITEM: [_item(variant) for variant in retailer.variants],
        LOC: [{"loc_cd": _place(it), "loc_nm": it.name} for it in retailer.stores],
        STOCK: [_stock(shelf) for shelf in retailer.shelves],
        RESV: list(_held(retailer)),
    }


def _item(variant: Variant) -> Row:
    return {
        "item_cd": variant.sku.ljust(CODE),
        "gtin": variant.gtin.ljust(GTIN),
        "item_nm": variant.title,
        "group_no": variant.product,
        "list_price": variant.prices["JPY"].amount,
    }


def _stock(shelf: Shelf) -> Row:
    return {
        "item_cd": shelf.variant.sku.ljust(CODE),
        "loc_cd": _place(shelf.store),
        "on_hand_qty": shelf.on_hand * 1_000,
        "alloc_qty": shelf.committed * 1_000,
        "held_qty": shelf.reserved * 1_000,
        "counted_at": _local(shelf.counted_at),
    }


def _held(retailer: Retailer) -> Iterator[Row]:
    held = (shelf for shelf in retailer.shelves if shelf.reserved)
    for number, shelf in enumerate(held, start=1):
        yield {
            "resv_no": f"R{number:08d}".ljust(12),
            "item_cd": shelf.variant.sku.ljust(CODE),
            "loc_cd": _place(shelf.store),
            "resv_qty": shelf.reserved * 1_000,
            "until_at": _local(shelf.counted_at + _HELD_FOR),
        }


def _place(store: Store) -> str:
    return f"L{store.number:04d}".ljust(PLACE)


def _local(moment: datetime) -> str:
    return moment.astimezone(_ZONE).strftime("%Y%m%d%H%M%S")
