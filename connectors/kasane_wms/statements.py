"""What is asked of the warehouse's tables.

Codes are columns of type CHAR: SQLite keeps their padding, and a database server may drop it or
compare with it. So every code is looked for both padded and bare (`both_forms`).
"""

from collections.abc import Iterable

from sqlalchemy import and_, bindparam, column, or_, select, table

CODE, GTIN, PLACE = 20, 14, 9  # characters, padding included

_ITEM = table(
    "item",
    *map(column, ("item_cd", "gtin", "item_nm", "group_no", "list_price")),
)
_ITEM_GROUP = table("item_group", column("group_no"), column("group_nm"))
_STOCK = table(
    "stock",
    *map(column, ("item_cd", "loc_cd", "on_hand_qty", "alloc_qty", "held_qty", "counted_at")),
)

SIGN_OF_LIFE = select(_ITEM.c.item_cd).limit(1)

# By codes and by GTINs at once.
ITEMS = select(_ITEM).where(
    or_(
        _ITEM.c.item_cd.in_(bindparam("codes", expanding=True)),
        _ITEM.c.gtin.in_(bindparam("gtins", expanding=True)),
    )
)

# A product without items comes once, with no code.
GROUPS = (
    select(_ITEM_GROUP, _ITEM.c.item_cd)
    .select_from(_ITEM_GROUP.outerjoin(_ITEM, _ITEM.c.group_no == _ITEM_GROUP.c.group_no))
    .where(_ITEM_GROUP.c.group_no.in_(bindparam("numbers", expanding=True)))
    .order_by(_ITEM_GROUP.c.group_no, _ITEM.c.item_cd)
)

# An item without stock at any of the places comes once, with no place: it is known all the same.
STOCK = (
    select(
        _ITEM.c.item_cd,
        *(it for it in _STOCK.c if it.name != "item_cd"),
    )
    .select_from(
        _ITEM.outerjoin(
            _STOCK,
            and_(
                _STOCK.c.item_cd == _ITEM.c.item_cd,
                _STOCK.c.loc_cd.in_(bindparam("places", expanding=True)),
            ),
        )
    )
    .where(_ITEM.c.item_cd.in_(bindparam("codes", expanding=True)))
)


def both_forms(codes: Iterable[str], width: int) -> list[str]:
    """Each code padded and bare; one that the column cannot hold is left out, as it is unknown."""
    held = [code for code in codes if 0 < len(code) <= width and code.isprintable()]
    return [form for code in held for form in dict.fromkeys((code, code.ljust(width)))]
