"""What the shop sells, to whom, and what they have bought: the same at every seeding."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from msgspec import Struct

from tests.vendure import documents
from tests.vendure.admin import Admin
from tests.vendure.orders import Orders

STORES = {"shibuya": "Shibuya", "umeda": "Umeda", "webdc": "Web DC"}
"""Store code to the name of the stock location."""

PRODUCTS = 120
CUSTOMERS = 220
ORDERS = 520

_FAMILY = ("佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "O'Neill", "Müller")
_GIVEN = ("花子", "太郎", "美咲", "健", "さくら", "翔", "Zoë", "Jürgen")
_OPENED = datetime(2024, 3, 1, tzinfo=UTC)
_SHOWN_EACH = 100


class Basics(Struct, frozen=True):
    """The ids of what every order and product needs."""

    tax: str
    shipping: str
    locations: Sequence[str]


async def seed(url: str, database: Path, say: Callable[[str], None]) -> None:
    """Fill an empty shop through its admin API; `say` is told how far it is."""
    random = Random(20240301)
    async with Admin(url) as admin:
        basics = await _basics(admin)
        variants = await _products(admin, basics, random)
        say(f"{PRODUCTS} products, {len(variants)} variants")
        customers = [await _customer(admin, number) for number in range(CUSTOMERS)]
        say(f"{CUSTOMERS} customers")
        orders = Orders(admin, basics.shipping)
        for number in range(ORDERS):
            customer = random.choice(customers)
            chosen = random.sample(variants, random.randint(1, 4))
            items = [(variant, random.randint(1, 3)) for variant in chosen]
            await _order(orders, number, customer, items)
            if number % _SHOWN_EACH == _SHOWN_EACH - 1:
                say(f"{number + 1} of {ORDERS} orders")
    _place_in_the_past(database)


async def _basics(admin: Admin) -> Basics:
    found = await admin.ask(documents.BASICS)
    await admin.ask(documents.TRACK)
    names = list(STORES.values())
    first = found["stockLocations"]["items"][0]["id"]
    renamed = {"id": first, "name": names[0]}
    await admin.ask(documents.RENAME_LOCATION, {"input": renamed})
    locations = [first]
    for name in names[1:]:
        made = await admin.ask(documents.LOCATION, {"input": {"name": name}})
        locations.append(made["createStockLocation"]["id"])
    return Basics(
        tax=found["taxCategories"]["items"][0]["id"],
        shipping=found["shippingMethods"]["items"][0]["id"],
        locations=locations,
    )


async def _products(admin: Admin, basics: Basics, random: Random) -> list[str]:
    """Each sixth product comes in two sizes. The last location never had what ends in 9."""
    variants: list[str] = []
    for number in range(PRODUCTS):
        sizes = ("M", "L") if number % 6 == 0 else ()
        title = f"羽織 Haori {number:04}" if number % 2 else f"Parka {number:04}"
        words = [{"languageCode": "en", "name": title, "slug": f"item-{number}", "description": ""}]
        made = await admin.ask(documents.PRODUCT, {"input": {"translations": words}})
        product = made["createProduct"]["id"]
        options = await _sizes(admin, product, sizes)
        stocked = basics.locations[:2] if number % 10 == 9 else basics.locations
        inputs = [
            {
                "productId": product,
                "sku": "-".join(filter(None, (f"VD-{number:04}", size))),
                "price": random.randint(300, 30_000),
                "taxCategoryId": basics.tax,
                "optionIds": [options[size]] if size else [],
                "translations": [
                    {"languageCode": "en", "name": " ".join(filter(None, (title, size)))}
                ],
                "stockLevels": [
                    {"stockLocationId": it, "stockOnHand": random.randint(100, 300)}
                    for it in stocked
                ],
            }
            for size in sizes or ("",)
        ]
        found = await admin.ask(documents.VARIANTS, {"input": inputs})
        variants += [it["id"] for it in found["createProductVariants"]]
    return variants


async def _sizes(admin: Admin, product: str, sizes: Sequence[str]) -> dict[str, str]:
    if not sizes:
        return {}
    words = [{"languageCode": "en", "name": "Size"}]
    options = [
        {"code": size, "translations": [{"languageCode": "en", "name": size}]} for size in sizes
    ]
    group = {"code": f"size-{product}", "translations": words, "options": options}
    made = (await admin.ask(documents.SIZES, {"input": group}))["createProductOptionGroup"]
    await admin.ask(documents.SIZED, {"product": product, "group": made["id"]})
    return {it["code"]: it["id"] for it in made["options"]}


async def _customer(admin: Admin, number: int) -> str:
    """Each seventh has no phone number, and each fifth writes it as one does at home."""
    phone = f"090-1234-{number:04}" if number % 5 == 0 else f"+819012340{number:03}"
    customer = {
        "firstName": _GIVEN[number % len(_GIVEN)],
        "lastName": _FAMILY[number // len(_GIVEN) % len(_FAMILY)],
        "emailAddress": f"Customer.{number:04}@Example.com",
        "phoneNumber": None if number % 7 == 0 else phone,
    }
    made = await admin.ask(documents.CUSTOMER, {"input": customer})
    found: str = made["createCustomer"]["id"]
    return found


async def _order(
    orders: Orders, number: int, customer: str, items: Sequence[tuple[str, int]]
) -> None:
    """Of ten orders one stays a draft; the others come as far as their number says."""
    order = await orders.draft(customer, items)
    last = number % 10
    if last == 9:
        return
    paid = await orders.pay(order)
    if last < 4:
        await orders.deliver(paid["lines"])
    elif last == 4:
        await orders.deliver(paid["lines"][:1])
    elif last == 7:
        await orders.refund(paid["payments"][0]["id"])
    elif last == 8:
        await orders.cancel(order)


def _place_in_the_past(database: Path) -> None:
    """Spread the orders over weeks long ago, four of them at the same moment; no call does that.

    A shop that was filled in a minute would have all of its orders in that minute.
    """
    with closing(sqlite3.connect(database, timeout=30)) as connection, connection:
        found = connection.execute(
            'SELECT id FROM "order" WHERE orderPlacedAt IS NOT NULL ORDER BY id'
        ).fetchall()
        placed = [(_moment(at // 4), key) for at, (key,) in enumerate(found)]
        connection.executemany('UPDATE "order" SET orderPlacedAt = ? WHERE id = ?', placed)


def _moment(number: int) -> str:
    """As the shop's database writes it, to the millisecond."""
    moment = _OPENED + timedelta(hours=11 * number, milliseconds=number)
    return moment.replace(tzinfo=None).isoformat(" ", "milliseconds")
