"""What `everything.graphql` must answer when one system is lost: the whole answer, with holes.

Each function changes the data of a whole answer into what is expected, and returns the paths that
must have an error. `gap` is what the lists say of the system that they lack.
"""

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from gateway.demo.data.kasane import kasane
from tests.e2e.client import Answer
from tests.e2e.estate import Estate

UNAVAILABLE, DRIFT = "SOURCE_UNAVAILABLE", "SOURCE_SCHEMA_DRIFT"
DEADLINE_S = 10.0
EVERYTHING = Path(__file__).with_name("everything.graphql").read_text(encoding="utf-8")

KeyPath = tuple[str | int, ...]
Holes = Callable[[dict[str, Any], dict[str, str]], set[KeyPath]]

LISTS = ("all", "shop", "online")


def of_pos(data: dict[str, Any], gap: dict[str, str]) -> set[KeyPath]:
    """The sales are gone; the merged list goes on with the online orders."""
    data["all"] = {**data["online"], "missing": [gap]}
    data["shop"] = None
    return {("shop",)}


def of_oms(data: dict[str, Any], gap: dict[str, str]) -> set[KeyPath]:
    """The online orders are gone, and customers whom nobody else knows."""
    data["all"] = {**data["shop"], "missing": [gap]}
    data["online"] = None
    return {("online",)} | _emptied(data, "customer", lambda it: "oms" in _known_to(it))


def of_crm(data: dict[str, Any], _: dict[str, str]) -> set[KeyPath]:
    """No customer is certain: the CRM might know each of them."""
    return _emptied(data, "customer", lambda _: True)


def of_wms(data: dict[str, Any], _: dict[str, str]) -> set[KeyPath]:
    """The goods are gone, with their stock."""
    data["variant"] = None
    return {("variant",)} | _emptied(data, "variant", lambda _: True)


def of_deliveries(data: dict[str, Any], gap: dict[str, str]) -> set[KeyPath]:
    """What is on the shelves is known, what comes is not; each row says so."""
    for goods in _goods(data):
        for level in goods["stock"]:
            level |= {"incoming": 0, "missing": [gap]}
    return set()


def of_stripe(data: dict[str, Any], _: dict[str, str]) -> set[KeyPath]:
    """Whether the reader can be reached is not known."""
    data["reader"] = None
    return {("reader",)}


HOLES: dict[str, Holes] = {
    "pos": of_pos,
    "oms": of_oms,
    "crm": of_crm,
    "wms": of_wms,
    "deliveries": of_deliveries,
    "stripe": of_stripe,
}


async def everything(estate: Estate, store: str = "ginza") -> Answer:
    """Everything, with a variant that is on its way to one of the stores shown."""
    sku = next(it.variant.sku for it in kasane().deliveries if it.store.code in {"ginza", "umeda"})
    return await estate.client().ask(EVERYTHING, {"store": store, "sku": sku})


def proves_holes(name: str, code: str, whole: dict[str, Any], answer: Answer) -> None:
    """The answer is the whole one but for what the system alone knows, and says so."""
    expected = copy.deepcopy(whole)
    paths = HOLES[name](expected, {"source": name, "code": code})

    assert expected == answer.body["data"]
    assert paths == set(answer.errors)
    for extensions in answer.errors.values():
        assert (code, name) == (extensions["code"], extensions["source"])
        assert (code == UNAVAILABLE) is extensions["retryable"]
    is_in_a_list = name in {"pos", "oms", "deliveries"}
    assert ({(name, code)} if is_in_a_list else set()) == answer.sources
    assert 200 == answer.status
    assert answer.took_s <= DEADLINE_S + 0.5


def _emptied(
    data: dict[str, Any], field: str, is_lost: Callable[[dict[str, Any]], bool]
) -> set[KeyPath]:
    """Empty a field wherever it stands in the orders; returns the paths."""
    paths: set[KeyPath] = set()
    for path, parent in _parents(data):
        if parent.get(field) and is_lost(parent[field]):
            parent[field] = None
            paths.add((*path, field))
    return paths


def _parents(data: dict[str, Any]) -> Iterator[tuple[KeyPath, dict[str, Any]]]:
    """Every order and every line, with its path."""
    for name in LISTS:
        for at, order in enumerate((data[name] or {"nodes": ()})["nodes"]):
            yield (name, "nodes", at), order
            for number, line in enumerate(order["lines"]):
                yield (name, "nodes", at, "lines", number), line


def _goods(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield data["variant"]
    for _, parent in _parents(data):
        if parent.get("variant"):
            yield parent["variant"]


def _known_to(customer: dict[str, Any]) -> set[str]:
    return {identity["source"]["name"] for identity in customer["identities"]}
