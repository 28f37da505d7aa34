"""Whole levels: one call for all parents, whatever becomes of it."""

import asyncio
from collections.abc import Sequence
from typing import Any

from tests.unit.gateway.execution.shop import Shop, Thing, later, told

ANN, BOB = Thing(name="Ann"), Thing(name="Bob")
LATE = "The value did not come in time."


def a_shop(customers: Any, orders: int = 2) -> Shop:
    """A shop with so many orders."""
    shop = Shop()
    shop.on("Query.orders", lambda *_: [[Thing(number=str(n)) for n in range(orders)]])
    shop.on("Order.customer", customers)
    return shop


async def test_a_level_is_one_call() -> None:
    """Fifty parents are asked about in one go."""
    shop = a_shop(lambda parents, *_: [ANN] * len(parents), orders=50)

    result = await shop.ask("{ orders { customer { name } } }")

    assert result.data == {"orders": [{"customer": {"name": "Ann"}}] * 50}
    assert [1, 50] == [len(parents) for _, parents in shop.calls]


async def test_the_same_object_is_asked_about_once() -> None:
    """Where many parents lead to one object, what lies beneath it is asked for once."""
    shop = Shop()
    shop.on("Query.orders", lambda *_: [[Thing(lines=[Thing(), Thing()]), Thing(lines=[Thing()])]])
    variant = Thing(sku="S", title="Shirt")
    shop.on("Line.variant", later(lambda parents, *_: [variant] * len(parents)))
    shop.on("Variant.stock", lambda parents, *_: [[Thing(store="ginza")]] * len(parents))

    result = await shop.ask("{ orders { lines { variant { title stock { store } } } } }")

    line = {"variant": {"title": "Shirt", "stock": [{"store": "ginza"}]}}
    assert result.data == {"orders": [{"lines": [line, line]}, {"lines": [line]}]}
    assert ("Variant.stock", [variant]) == shop.calls[-1]


async def test_an_error_is_its_parents_alone() -> None:
    """An exception among the answers is told at its place, and the others are there."""
    shop = a_shop(later(lambda *_: [ANN, ValueError("gone")]))

    result = await shop.ask("{ orders { customer { name } } }")

    assert result.data == {"orders": [{"customer": {"name": "Ann"}}, {"customer": None}]}
    assert [("gone", ["orders", 1, "customer"])] == told(result)


async def test_a_resolver_that_raises_fails_at_each_of_its_places() -> None:
    """One failed call is told once for each position that it leaves open."""

    def broken(*_: Any) -> Sequence[Any]:
        raise ValueError("down")

    for resolver in (broken, later(broken)):
        result = await a_shop(resolver).ask("{ orders { number customer { name } } }")

        assert result.data == {
            "orders": [{"number": "0", "customer": None}, {"number": "1", "customer": None}]
        }
        assert [
            ("down", ["orders", 0, "customer"]),
            ("down", ["orders", 1, "customer"]),
        ] == told(result)


async def test_a_wrong_number_of_answers_fails_the_field_alone() -> None:
    """Nobody knows which answer belongs to whom."""
    for wrong in ([ANN], [ANN] * 3, None):
        shop = a_shop(lambda *_, answer=wrong: answer)

        result = await shop.ask("{ orders { number customer { name } } }")

        assert {"0", "1"} == {it["number"] for it in (result.data or {})["orders"]}
        assert ["A whole-level resolver must answer once for each of its parents."] * 2 == [
            message for message, _ in told(result)
        ]


async def test_null_spreads_from_a_level() -> None:
    """A level that must not be null takes its parent with it, as any field does."""
    shop = Shop()
    shop.on("Query.orders", lambda *_: [[Thing(), Thing()]])
    shop.on("Order.must", later(lambda *_: [ANN, None]))

    result = await shop.ask("{ orders { must { name } } }")

    assert result.data == {"orders": None}
    assert [
        ("Cannot return null for non-nullable field Order.must.", ["orders", 1, "must"])
    ] == told(result)


async def test_what_hangs_fails_at_the_deadline_alone() -> None:
    """The rest of the answer is there, and the call is cancelled."""
    cancelled = []

    async def hang(parents: Sequence[Any], *_: Any) -> Sequence[Any]:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append(len(parents))
            raise
        return []

    for beside in ("", "note"):
        shop = a_shop(hang)
        shop.on("Order.note", later(lambda *_: ["a", "b"]))
        deadline = asyncio.get_running_loop().time() + 0.05
        result = await shop.ask(
            f"{{ orders {{ number customer {{ name }} {beside} }} }}", deadline=deadline
        )
        await asyncio.sleep(0)

        assert {"0", "1"} == {it["number"] for it in (result.data or {})["orders"]}
        assert [(LATE, ["orders", 0, "customer"]), (LATE, ["orders", 1, "customer"])] == told(
            result
        )
    assert [2, 2] == cancelled


async def test_what_begins_after_the_deadline_does_not_begin() -> None:
    """A level whose parents came late is not asked for any more."""
    shop = Shop()
    shop.on("Query.orders", later(lambda *_: [[Thing()]], 0.2))
    shop.on("Order.customer", later(lambda *_: [ANN]))

    result = await shop.ask(
        "{ orders { customer { name } } }", deadline=asyncio.get_running_loop().time() + 0.02
    )

    assert result.data == {"orders": None}
    assert [(LATE, ["orders"])] == told(result)


async def test_cancelling_leaves_nothing_running() -> None:
    """Who no longer waits for an answer stops what was asked for it."""

    async def hang(*_: Any) -> Sequence[Any]:
        await asyncio.sleep(60)
        return []

    shop = a_shop(hang)
    shop.on("Order.must", hang)
    before = asyncio.all_tasks()
    task = asyncio.create_task(shop.ask("{ orders { customer { name } must { name } } }"))
    await asyncio.sleep(0.02)

    task.cancel()
    await asyncio.wait([task])

    assert task.cancelled()
    assert before == asyncio.all_tasks()


async def test_a_failed_object_shared_by_many_is_told_at_each_place() -> None:
    """Answered once, and null wherever it stands."""
    shop = a_shop(lambda *_: [Thing(name=None)] * 2)  # type: ignore[arg-type]

    result = await shop.ask("{ orders { customer { name } } }")

    assert result.data == {"orders": [{"customer": None}, {"customer": None}]}
    assert [["orders", 0, "customer", "name"], ["orders", 1, "customer", "name"]] == [
        path for _, path in told(result)
    ]
