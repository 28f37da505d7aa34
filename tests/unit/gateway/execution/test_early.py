"""Fields that need only a key start together with the load that brings their parent."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from tests.unit.gateway.execution.shop import Shop, Thing, later, told

ASK = "{ orders { lines { variant { title stock { store available } } } } }"


def a_shop(variants: Any, stock: Any) -> Shop:
    """Two lines, whose variants are carried by their SKU."""
    shop = Shop()
    shop.on("Query.orders", lambda *_: [[Thing(lines=[Thing(sku="A"), Thing(sku="B")])]])
    shop.on("Line.variant", variants, carries=lambda parents, *_: parents)
    shop.on("Variant.stock", stock, needs=("sku",))
    return shop


def of_each(parents: Sequence[Any], *_: Any) -> Sequence[Any]:
    """A variant for each line."""
    return [Thing(sku=it.sku, title=it.sku.lower()) for it in parents]


def counted(parents: Sequence[Any], *_: Any) -> Sequence[Any]:
    """A count for each variant, which tells by which SKU it was asked."""
    return [[Thing(store=it.sku, available=1)] for it in parents]


def answer(*variants: tuple[str, str] | None) -> dict[str, Any]:
    """What is told of variants by title and counted SKU."""
    lines = [
        {"variant": {"title": it[0], "stock": [{"store": it[1], "available": 1}]}}
        if it
        else {"variant": None}
        for it in variants
    ]
    return {"orders": [{"lines": lines}]}


async def test_it_starts_before_its_parents_have_come() -> None:
    """Both calls wait for each other here, so that neither can come first."""
    both = asyncio.Barrier(2)

    async def variants(parents: Sequence[Any], *_: Any) -> Sequence[Any]:
        await both.wait()
        return of_each(parents)

    async def stock(parents: Sequence[Any], *_: Any) -> Sequence[Any]:
        await both.wait()
        return counted(parents)

    async with asyncio.timeout(5):
        result = await a_shop(variants, stock).ask(ASK)

    assert result.data == answer(("a", "A"), ("b", "B"))


@pytest.mark.parametrize("seconds", [(0, 0.01), (0.01, 0)], ids=["first", "last"])
async def test_what_has_another_key_than_expected_is_asked_for_again(
    seconds: tuple[float, float],
) -> None:
    """A catalogue may have renamed a variant: its stock is that of the new name."""

    def renamed(parents: Sequence[Any], *_: Any) -> Sequence[Any]:
        return [Thing(sku="A", title="a"), Thing(sku="C", title="c")]

    shop = a_shop(later(renamed, seconds[0]), later(counted, seconds[1]))

    result = await shop.ask(ASK)

    assert result.data == answer(("a", "A"), ("c", "C"))
    assert [["A", "B"], ["C"]] == [
        [it.sku for it in parents] for name, parents in shop.calls if name == "Variant.stock"
    ]


@pytest.mark.parametrize("is_one", [True, False], ids=["one object", "two objects"])
async def test_lines_of_one_variant_are_told_its_stock(is_one: bool) -> None:
    """Whether the catalogue answers both lines with one object or with two that are alike."""

    def variants(parents: Sequence[Any], *_: Any) -> Sequence[Any]:
        one = Thing(sku="A", title="a")
        return [one if is_one else Thing(sku="A", title="a") for _ in parents]

    shop = a_shop(later(variants), later(counted))
    shop.on("Query.orders", lambda *_: [[Thing(lines=[Thing(sku="A"), Thing(sku="A")])]])

    result = await shop.ask(ASK)

    assert result.data == answer(("a", "A"), ("a", "A"))
    assert ["Variant.stock"] == [name for name, _ in shop.calls if name == "Variant.stock"]


async def test_what_was_asked_for_nobody_is_dropped() -> None:
    """Neither the answer nor the error of a variant that is not there is told."""

    def stock(parents: Sequence[Any], *_: Any) -> Sequence[Any]:
        return [ValueError("no such SKU") if it.sku == "B" else counted([it])[0] for it in parents]

    shop = a_shop(later(lambda *_: [Thing(sku="A", title="a"), None]), later(stock))

    result = await shop.ask(ASK)

    assert result.data == answer(("a", "A"), None)
    assert [] == told(result)


async def test_its_failure_is_told_where_the_parents_are() -> None:
    """A call that failed early fails at the places of those who came."""

    def stock(*_: Any) -> Sequence[Any]:
        raise ValueError("down")

    result = await a_shop(later(of_each), later(stock)).ask(ASK)

    assert [
        ("down", ["orders", 0, "lines", 0, "variant", "stock"]),
        ("down", ["orders", 0, "lines", 1, "variant", "stock"]),
    ] == told(result)


async def test_what_a_list_will_hold_may_be_carried_as_well() -> None:
    """The stock of a range starts with its variants; one that is not there is dropped."""
    both = asyncio.Barrier(2)

    async def variants(parents: Sequence[Any], *_: Any) -> Sequence[Any]:
        await both.wait()
        return [of_each([Thing(sku="A"), Thing(sku="C")])]

    async def stock(parents: Sequence[Any], *_: Any) -> Sequence[Any]:
        if len(parents) > 1:
            await both.wait()
        return counted(parents)

    shop = Shop()
    shop.on("Query.range", lambda *_: [Thing()])
    shop.on("Range.variants", variants, carries=lambda *_: [[Thing(sku="A"), Thing(sku="B")]])
    shop.on("Variant.stock", stock, needs=("sku",))
    async with asyncio.timeout(5):
        result = await shop.ask("{ range { variants { title stock { store available } } } }")

    assert result.data == {
        "range": {
            "variants": [
                {"title": "a", "stock": [{"store": "A", "available": 1}]},
                {"title": "c", "stock": [{"store": "C", "available": 1}]},
            ]
        }
    }


async def test_a_value_without_the_key_is_asked_for_like_any_other() -> None:
    """What its resolver makes of it fails at its own places, and the rest is told."""
    shop = a_shop(later(lambda *_: [Thing(sku="A", title="a"), object()]), later(counted))

    result = await shop.ask("{ orders { number lines { variant { stock { store } } } } }")

    assert result.data is not None
    lines = result.data["orders"][0]["lines"]
    assert [{"store": "A"}] == lines[0]["variant"]["stock"]
    assert [["orders", 0, "lines", 1, "variant", "stock"]] == [path for _, path in told(result)]
