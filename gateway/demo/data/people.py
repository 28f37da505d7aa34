"""Who buys at Kasane."""

from datetime import UTC, datetime, timedelta
from random import Random

from gateway.demo.data.records import Customer

_COUNT = 2_000
_FIRST_JOINED = datetime(2014, 4, 1, tzinfo=UTC)
_JOINED_WITHIN_S = 11 * 365 * 86_400  # up to the day before the first order

_FAMILIES = (
    *(("佐藤", "sato"), ("鈴木", "suzuki"), ("高橋", "takahashi"), ("田中", "tanaka")),
    *(("伊藤", "ito"), ("渡辺", "watanabe"), ("山本", "yamamoto"), ("中村", "nakamura")),
    *(("小林", "kobayashi"), ("加藤", "kato"), ("吉田", "yoshida"), ("山田", "yamada")),
    *(("佐々木", "sasaki"), ("山口", "yamaguchi"), ("松本", "matsumoto"), ("井上", "inoue")),
    *(("木村", "kimura"), ("林", "hayashi"), ("斎藤", "saito"), ("清水", "shimizu")),
    *(("山崎", "yamazaki"), ("森", "mori"), ("池田", "ikeda"), ("橋本", "hashimoto")),
    *(("阿部", "abe"), ("石川", "ishikawa"), ("髙木", "takagi"), ("𠮷野", "yoshino")),
)
_GIVEN = (
    *(("陽菜", "hina"), ("葵", "aoi"), ("結衣", "yui"), ("美咲", "misaki"), ("さくら", "sakura")),
    *(("陽翔", "haruto"), ("蓮", "ren"), ("湊", "minato"), ("大翔", "hiroto"), ("悠真", "yuma")),
    *(("恵子", "keiko"), ("由美子", "yumiko"), ("直美", "naomi"), ("真由美", "mayumi")),
    *(("健一", "kenichi"), ("誠", "makoto"), ("浩", "hiroshi"), ("隆", "takashi")),
    *(("翔太", "shota"), ("拓也", "takuya"), ("愛", "ai"), ("彩", "aya"), ("千尋", "chihiro")),
)
# Which systems know a customer: (CRM, OMS), and of a hundred how many.
_KNOWN = ((True, False), (True, True), (False, True))
_KNOWN_SHARES = (55, 34, 11)
_MEMBERS = 0.97  # of those in the CRM; the rest only take the newsletter
_HOSTS = ("example.com", "example.jp")
_DIALLED = ("+8190", "+8180", "+8170", "+8133", "+8166", "+658")
_DIALLED_SHARES = (40, 30, 10, 12, 5, 3)


def customers(random: Random) -> tuple[Customer, ...]:
    """Two thousand people. E-mails, phones and membership numbers are unique."""
    digits = random.sample(range(1_000_000, 10_000_000), _COUNT)
    members = random.sample(range(10_000_000, 100_000_000), _COUNT)
    return tuple(
        _customer(random, number, f"{phone:07d}", f"M{member}")
        for number, (phone, member) in enumerate(zip(digits, members, strict=True), start=1)
    )


def _customer(random: Random, number: int, digits: str, member: str) -> Customer:
    family, family_latin = random.choice(_FAMILIES)
    given, given_latin = random.choice(_GIVEN)
    in_crm, in_oms = random.choices(_KNOWN, _KNOWN_SHARES)[0]
    is_member = in_crm and random.random() < _MEMBERS
    return Customer(
        number=number,
        family_name=family,
        given_name=given,
        email=f"{given_latin}.{family_latin}{number}@{random.choice(_HOSTS)}",
        phone=_phone(random, digits),
        joined_at=_FIRST_JOINED + timedelta(seconds=random.randrange(_JOINED_WITHIN_S)),
        in_crm=in_crm,
        in_oms=in_oms,
        membership=member if is_member else None,
        points=int(30_000 * random.random() ** 3) if is_member else 0,
    )


def _phone(random: Random, digits: str) -> str:
    """A number in E.164; Japanese mobile numbers have one digit more than the others."""
    start = random.choices(_DIALLED, _DIALLED_SHARES)[0]
    mobile = start in {"+8190", "+8180", "+8170"}
    return f"{start}{random.randint(1, 9)}{digits}" if mobile else f"{start}{digits}"
