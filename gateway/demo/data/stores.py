"""Where Kasane sells: twelve stores in Japan, one in Singapore."""

from gateway.demo.data.records import Store

_PLACES = (
    ("ginza", "銀座", 101, 35.6717, 139.7650),
    ("shibuya", "渋谷", 102, 35.6595, 139.7005),
    ("shinjuku", "新宿", 103, 35.6896, 139.7006),
    ("ikebukuro", "池袋", 104, 35.7295, 139.7109),
    ("yokohama", "横浜", 105, 35.4658, 139.6223),
    ("nagoya", "名古屋", 201, 35.1709, 136.8815),
    ("kyoto", "京都", 301, 35.0037, 135.7681),
    ("umeda", "梅田", 302, 34.7055, 135.4983),
    ("namba", "難波", 303, 34.6627, 135.5010),
    ("kobe", "神戸", 304, 34.6913, 135.1955),
    ("sapporo", "札幌", 401, 43.0687, 141.3508),
    ("fukuoka", "福岡", 501, 33.5902, 130.4017),
)

STORES = (
    *(
        Store(
            code=code,
            name=f"Kasane {name}",
            number=number,
            time_zone="Asia/Tokyo",
            currency="JPY",
            latitude=latitude,
            longitude=longitude,
            terminal_location=f"tml_kasane_{code}",
        )
        for code, name, number, latitude, longitude in _PLACES
    ),
    Store(
        code="orchard",
        name="Kasane Orchard",
        number=901,
        time_zone="Asia/Singapore",
        currency="SGD",
        latitude=1.3040,
        longitude=103.8318,
        terminal_location="tml_kasane_orchard",
    ),
)
