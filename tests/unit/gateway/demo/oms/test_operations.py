"""What each operation answers."""

import pytest

from gateway.demo.oms.book import OrderBook, Search
from tests.unit.gateway.demo.oms.caller import Caller, texts

EVERYTHING = "<page>1</page><pageSize>100</pageSize>"


def many(name: str, count: int) -> str:
    """As many arguments of one name."""
    return f"<{name}>7</{name}>" * count


async def test_orders_are_written_awkwardly(caller: Caller) -> None:
    """Codes, a local time without a zone, and minor units with a numeric currency."""
    answer = await caller.asks("GetOrders", "<id>70000001</id>")

    assert [
        *("70000001", "W2505-0000001", "1", "2025-05-01T00:55:58", "40", "392"),
        *("18480", "18480", "C000148", "mayumi.shimizu148@example.com", "080-5835-0312"),
    ] == [element.text for element in answer[0]][:11]
    assert ["藍染め オックスフォードシャツ グレー M", "Everyday カーディガン オリーブ M"] == texts(
        answer, "title"
    )


async def test_unknown_keys_are_missing(caller: Caller) -> None:
    """No error tells which."""
    ids = await caller.asks("GetOrders", "<id>7</id><id>70000002</id><id/>")
    numbers = await caller.asks("FindOrdersByNumber", "<number>W1</number>")
    customers = await caller.asks("GetCustomers", "<customerNo>C9</customerNo><email/>")
    orders = await caller.asks(
        "GetOrdersOfCustomers",
        "<customer><reference>a</reference><email>x@y.jp</email></customer>"
        "<newestPerCustomer>3</newestPerCustomer>",
    )

    assert ["70000002"] == texts(ids, "id")
    assert [0, 0, 0] == [len(answer) for answer in (numbers, customers, orders)]


@pytest.mark.parametrize(
    ("operation", "key", "rest"),
    [
        ("GetOrders", "id", ""),
        ("FindOrdersByNumber", "number", ""),
        ("GetCustomers", "email", "<customerNo>7</customerNo>"),
        ("GetOrdersOfCustomers", "customer", "<newestPerCustomer>1</newestPerCustomer>"),
    ],
)
async def test_at_most_a_hundred_keys_a_call(
    caller: Caller, operation: str, key: str, rest: str
) -> None:
    """One more is a fault."""
    count = 99 if operation == "GetCustomers" else 100

    assert f"{operation}Response" in str(
        (await caller.asks(operation, many(key, count) + rest)).tag
    )
    assert "soap:Client.TooMany" == await caller.fault(operation, many(key, count + 1) + rest)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("<page>0</page><pageSize>5</pageSize>", "Client.Page"),
        ("<page>x</page><pageSize>5</pageSize>", "Client.Page"),
        (f"<page>{'9' * 5_000}</page><pageSize>5</pageSize>", "Client.Page"),
        ("<pageSize>5</pageSize>", "Client.Page"),
        ("<page>1</page><pageSize>101</pageSize>", "Client.PageSize"),
        (f"<placedFrom>2026-11-20</placedFrom>{EVERYTHING}", "Client.Time"),
        (f"<placedTo>2026-11-20T18:03:11Z</placedTo>{EVERYTHING}", "Client.Time"),
    ],
)
async def test_a_search_that_cannot_be_made(caller: Caller, arguments: str, code: str) -> None:
    """Its fault says what is wrong with it."""
    assert f"soap:{code}" == await caller.fault("SearchOrders", arguments)


async def test_a_search_is_given_in_pages(caller: Caller, book: OrderBook) -> None:
    """Newest first, with the count of all; a page beyond the last is empty."""
    answers = [
        await caller.asks("SearchOrders", f"<page>{page}</page><pageSize>40</pageSize>")
        for page in (1, 2, 1_000)
    ]
    everything = [entry.id for entry in book.search(Search())]

    assert everything[:80] == [it for answer in answers for it in texts(answer, "id")]
    assert {str(len(everything))} == {answer[0].text for answer in answers}


async def test_a_search_may_have_conditions(caller: Caller) -> None:
    """All of them hold; both times count in."""
    answer = await caller.asks(
        "SearchOrders",
        "<placedFrom>2026-01-01T00:00:00</placedFrom><placedTo>2026-11-20T18:02:08</placedTo>"
        f"<channel>1</channel><channel>2</channel><branch>101</branch>{EVERYTHING}",
    )
    found = texts(answer, "placedAt")

    assert "2026-11-20T18:01:21" <= found[0] <= "2026-11-20T18:02:08"
    assert sorted(found, reverse=True) == found
    assert "2026-01-01" < found[-1]
    assert {"1", "2"} == set(texts(answer, "channel"))
    assert {"101"} == set(texts(answer, "branch"))


async def test_customers_by_either_key(caller: Caller) -> None:
    """Each once, and e-mail addresses in whatever case."""
    answer = await caller.asks(
        "GetCustomers",
        "<customerNo>C000148</customerNo><email>MAYUMI.Shimizu148@example.com</email>"
        "<email>sakura.takahashi1@example.jp</email>",
    )

    assert ["C000001", "C000148"] == texts(answer, "customerNo")
    assert ["高橋", "清水"] == texts(answer, "familyName")


async def test_the_newest_orders_of_customers(caller: Caller) -> None:
    """Each under the caller's own reference; number and e-mail mean either."""
    answer = await caller.asks(
        "GetOrdersOfCustomers",
        "<customer><reference>a</reference><customerNo>C000148</customerNo></customer>"
        "<customer><reference>b</reference><customerNo>C000148</customerNo>"
        "<email>sakura.takahashi1@example.jp</email></customer>"
        "<newestPerCustomer>400</newestPerCustomer>",
    )

    assert ["a", "b"] == texts(answer, "reference")
    assert [{"C000148"}, {"C000148", "C000001"}] == [set(texts(it, "customerNo")) for it in answer]
    for group in answer:
        assert sorted(texts(group, "placedAt"), reverse=True) == texts(group, "placedAt")
    assert "soap:Client.NewestPerCustomer" == await caller.fault("GetOrdersOfCustomers")


LINE = "<line><sku>KS-0278-GRY-M</sku><quantity>2</quantity></line>"


async def test_an_order_can_be_placed(caller: Caller) -> None:
    """It stands in every list at once, at list prices, paid in full."""
    placed = await caller.asks(
        "PlaceOrder",
        "<channel>2</channel><customerNo>C000148</customerNo><branch>901</branch>"
        f"<placedAt>2026-11-20T18:30:00</placedAt>{LINE}",
    )
    answers = [
        await caller.asks("GetOrders", f"<id>{placed[0].text}</id>"),
        await caller.asks("FindOrdersByNumber", f"<number>{placed[1].text}</number>"),
        await caller.asks("SearchOrders", "<page>1</page><pageSize>1</pageSize>"),
        await caller.asks(
            "GetOrdersOfCustomers",
            "<customer><reference>a</reference><customerNo>C000148</customerNo></customer>"
            "<newestPerCustomer>1</newestPerCustomer>",
        ),
    ]

    assert "W2611-0004853" == placed[1].text
    assert [["21380"]] * 4 == [texts(it, "paid") for it in answers]
    assert [["702"]] * 4 == [texts(it, "currency") for it in answers]


async def test_an_order_is_placed_now_unless_it_says_when(caller: Caller) -> None:
    """Which is later than all that Kasane has."""
    placed = await caller.asks(
        "PlaceOrder", f"<channel>1</channel><customerNo>C000148</customerNo>{LINE}"
    )
    newest = await caller.asks("SearchOrders", "<page>1</page><pageSize>1</pageSize>")

    assert [placed[0].text] == texts(newest, "id")


@pytest.mark.parametrize(
    "arguments",
    [
        f"<channel>9</channel><customerNo>C000148</customerNo>{LINE}",
        f"<channel>1</channel><customerNo>C9</customerNo>{LINE}",
        f"<channel>1</channel><customerNo>C000148</customerNo><branch>1</branch>{LINE}",
        "<channel>1</channel><customerNo>C000148</customerNo>",
        "<channel>1</channel><customerNo>C000148</customerNo><line><sku>K</sku></line>",
    ],
)
async def test_an_order_that_cannot_be_placed(
    caller: Caller, book: OrderBook, arguments: str
) -> None:
    """Leaves the book as it was."""
    before = book.next_sequence

    assert "soap:Client.Order" == await caller.fault("PlaceOrder", arguments)
    assert before == book.next_sequence


def _payment(order: str, reference: str = "pay_1", kind: str = "CAPTURE", amount: int = 500) -> str:
    return (
        f"<id>{order}</id><reference>{reference}</reference><kind>{kind}</kind>"
        f"<amount>{amount}</amount><currencyCode>JPY</currencyCode>"
        "<paidAt>2026-11-20T18:30:00</paidAt>"
    )


async def test_money_is_counted_once(caller: Caller) -> None:
    """The same reference twice is one entry; what is given back goes off again."""
    placed = await caller.asks(
        "PlaceOrder", f"<channel>1</channel><customerNo>C000148</customerNo>{LINE}"
    )
    order = placed[0].text or ""
    before = int(texts(await caller.asks("GetOrders", f"<id>{order}</id>"), "paid")[0])
    first = await caller.asks("RecordPayment", _payment(order))
    again = await caller.asks("RecordPayment", _payment(order))
    await caller.asks("RecordPayment", _payment(order, "ref_1", "REFUND", 200))
    answers = [
        await caller.asks("GetOrders", f"<id>{order}</id>"),
        await caller.asks("SearchOrders", "<page>1</page><pageSize>1</pageSize>"),
        await caller.asks(
            "GetOrdersOfCustomers",
            "<customer><reference>a</reference><customerNo>C000148</customerNo></customer>"
            "<newestPerCustomer>1</newestPerCustomer>",
        ),
    ]

    assert texts(first, "entryNo") == texts(again, "entryNo")
    assert [[str(before + 300)]] * 3 == [texts(it, "paid") for it in answers]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (_payment("1"), "UnknownOrder"),
        (_payment("70000001", "pay_0", amount=1), "Reference"),
        (_payment("70000001", kind="GIFT"), "Payment"),
        (_payment("70000001", reference=""), "Payment"),
        (_payment("70000001").replace("JPY", "USD"), "Currency"),
    ],
)
async def test_money_that_cannot_be_counted(caller: Caller, arguments: str, code: str) -> None:
    """The OMS says what is wrong with it."""
    await caller.asks("RecordPayment", _payment("70000001", "pay_0"))

    assert f"soap:Client.{code}" == await caller.fault("RecordPayment", arguments)
