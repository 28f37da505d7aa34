"""The warehouse's tables. Codes are padded, quantities count thousandths, times are local text."""

from sqlalchemy import CHAR, BigInteger, Column, Integer, MetaData, Numeric, Table, Unicode

CODE = 20  # characters of an item's code
PLACE = 9  # of a location's
GTIN = 14
STAMP = 14  # of a local time, YYYYMMDDHHMMSS

METADATA = MetaData()

ITEM_GROUP = Table(
    "item_group",
    METADATA,
    Column("group_no", Integer, primary_key=True, autoincrement=False),
    Column("group_nm", Unicode(120), nullable=False),
)

ITEM = Table(
    "item",
    METADATA,
    Column("item_cd", CHAR(CODE), primary_key=True),
    Column("gtin", CHAR(GTIN), index=True),
    Column("item_nm", Unicode(120), nullable=False),
    Column("group_no", Integer, index=True),
    Column("list_price", Numeric(14, 4)),
)

LOC = Table(
    "loc",
    METADATA,
    Column("loc_cd", CHAR(PLACE), primary_key=True),
    Column("loc_nm", Unicode(60), nullable=False),
)

STOCK = Table(
    "stock",
    METADATA,
    Column("item_cd", CHAR(CODE), primary_key=True),
    Column("loc_cd", CHAR(PLACE), primary_key=True),
    Column("on_hand_qty", BigInteger, nullable=False),
    Column("alloc_qty", BigInteger, nullable=False),
    Column("held_qty", BigInteger, nullable=False),
    Column("counted_at", CHAR(STAMP), nullable=False),
)

# What is held is the sum of these.
RESV = Table(
    "resv",
    METADATA,
    Column("resv_no", CHAR(12), primary_key=True),
    Column("item_cd", CHAR(CODE), nullable=False),
    Column("loc_cd", CHAR(PLACE), nullable=False),
    Column("resv_qty", BigInteger, nullable=False),
    Column("until_at", CHAR(STAMP), nullable=False),
)
