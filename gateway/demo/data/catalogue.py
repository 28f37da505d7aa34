"""What Kasane sells."""

from itertools import product
from random import Random

from gateway.demo.data.records import Product, Variant
from schema.domain.money import Money

# A line, and what an item of it costs in percent of a plain one.
_LINES = (
    ("Kasane", 100),
    ("Basic", 70),
    ("Merino", 160),
    ("Linen", 120),
    ("Organic コットン", 110),
    ("カシミヤ", 320),
    ("Washable ウール", 150),
    ("藍染め", 180),
    ("Relaxed", 95),
    ("Slim", 95),
    ("Heritage", 210),
    ("Urban", 105),
    ("Studio", 130),
    ("雪国", 170),
    ("Summer", 85),
    ("Travel", 115),
    ("西陣", 260),
    ("Everyday", 75),
    ("Re:made リサイクル", 90),
    ("Limited 限定", 240),
)
# An item, and its plain price in yen.
_ITEMS = (
    ("クルーネックセーター", 7_990),
    ("タートルネック", 8_490),
    ("カーディガン", 8_990),
    ("オックスフォードシャツ", 6_490),
    ("バンドカラーシャツ", 6_990),
    ("Tシャツ", 2_990),
    ("ポロシャツ", 4_490),
    ("スウェットパーカ", 6_990),
    ("テーラードジャケット", 19_900),
    ("ダウンコート", 29_900),
    ("ステンカラーコート", 24_900),
    ("ワイドパンツ", 7_490),
    ("テーパードパンツ", 7_490),
    ("デニム", 8_990),
    ("プリーツスカート", 7_990),
    ("ワンピース", 10_900),
    ("レインコート", 12_900),
    ("パジャマ", 5_990),
    ("ルームソックス", 1_290),
    ("はんてん", 9_900),
)
_COLOURS = (
    ("BLK", "ブラック"),
    ("WHT", "オフホワイト"),
    ("NVY", "ネイビー"),
    ("GRY", "グレー"),
    ("BEI", "ベージュ"),
    ("RED", "えんじ"),
    ("GRN", "オリーブ"),
)
# How many colours a product comes in, and its sizes.
_RANGES = (
    (1, ("M", "L")),
    (1, ("S", "M", "L")),
    (2, ("M", "L")),
    (1, ("S", "M", "L", "XL")),
    (1, ("S", "M", "L")),
    (2, ("F",)),
)
_YEN_PER_DOLLAR = 110
_GS1_PREFIX = "4589012"  # 45 and 49 are Japan's


def products(random: Random) -> tuple[Product, ...]:
    """Four hundred products, each in two to four variants."""
    kinds = list(product(_LINES, _ITEMS))
    random.shuffle(kinds)
    return tuple(
        _product(random, number, f"{line} {item}", plain * percent // 100)
        for number, ((line, percent), (item, plain)) in enumerate(kinds, start=1)
    )


def _product(random: Random, number: int, title: str, yen: int) -> Product:
    colours, sizes = random.choice(_RANGES)
    prices = _prices(yen)
    kinds = product(random.sample(_COLOURS, colours), sizes)
    return Product(
        number=number,
        title=title,
        variants=tuple(
            Variant(
                sku=f"KS-{number:04d}-{code}-{size}",
                gtin=_gtin(number * 10 + place),
                title=f"{title} {colour} {size}",
                product=number,
                prices=prices,
            )
            for place, ((code, colour), size) in enumerate(kinds)
        ),
    )


def _prices(yen: int) -> dict[str, Money]:
    """A price just below a round one in either currency: ¥7,990 and S$72.90."""
    dollars = yen // _YEN_PER_DOLLAR
    return {"JPY": Money(yen // 100 * 100 + 90, "JPY"), "SGD": Money(dollars * 100 + 90, "SGD")}


def _gtin(item: int) -> str:
    """An EAN-13: prefix, item and check digit (GS1 General Specifications, 7.9)."""
    digits = f"{_GS1_PREFIX}{item:05d}"
    weighed = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-weighed % 10}"
