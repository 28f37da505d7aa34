import pytest

from gateway.engine.routing import Entity, Route, Routes
from schema.domain.order import Channel, OrderQuery
from tests.unit.gateway.engine.systems import a_source, an_order, some_routes

POS, OMS = a_source("pos"), a_source("oms")
GINZA = Route(POS, stores=frozenset({"ginza"}))
WEB = Route(OMS, channels=frozenset({Channel.WEB, Channel.APP}))


def test_an_entity_that_nobody_feeds_has_no_routes() -> None:
    """What the configuration does not name is empty, not an error."""
    routes = some_routes(Entity.ORDER, POS)

    assert (Route(POS),) == routes.of(Entity.ORDER)
    assert () == routes.of(Entity.STOCK)
    assert POS is routes.source(Entity.ORDER, "pos")
    assert routes.source(Entity.STOCK, "pos") is None
    assert routes.source(Entity.ORDER, "oms") is None


@pytest.mark.parametrize(
    ("store", "channel", "owner"),
    [
        ("ginza", Channel.STORE, "pos"),
        ("ginza", Channel.WEB, "pos"),
        ("umeda", Channel.WEB, "oms"),
        (None, Channel.WEB, "oms"),
        (None, Channel.STORE, None),
        ("umeda", Channel.STORE, None),
    ],
)
def test_the_first_route_that_matches_owns_an_order(
    store: str | None, channel: Channel, owner: str | None
) -> None:
    """An order without a store lies in no route that is limited to stores."""
    routes = some_routes(Entity.ORDER, GINZA, WEB)
    owners = [
        name
        for name in ("pos", "oms")
        if routes.is_owner(an_order(name, "1", store=store, channel=channel))
    ]

    assert ([owner] if owner else []) == owners


@pytest.mark.parametrize(
    ("query", "answers"),
    [
        (OrderQuery(), [True, True]),
        (OrderQuery(stores=["ginza", "umeda"]), [True, True]),
        (OrderQuery(stores=["umeda"]), [False, True]),
        (OrderQuery(channels=[Channel.STORE]), [True, False]),
        (OrderQuery(channels=[Channel.APP], stores=["ginza"]), [True, True]),
        (OrderQuery(channels=[]), [True, False]),
        (OrderQuery(stores=[]), [False, True]),
    ],
)
def test_a_system_is_asked_only_where_its_share_is_met(
    query: OrderQuery, answers: list[bool]
) -> None:
    """A query for other stores or channels spares it the call."""
    assert answers == [GINZA.may_answer(query), WEB.may_answer(query)]


def test_stores_are_shared_out() -> None:
    """Each store once, to the first that feeds it; where nobody does, it is left out."""
    some = Routes({Entity.STOCK: [GINZA, Route(OMS, stores=frozenset({"ginza", "umeda"}))]})
    every = Routes({Entity.STOCK: [GINZA, Route(OMS)]})
    asked = ["umeda", "ginza", "namba", "ginza"]

    assert {OMS: ("umeda",), POS: ("ginza",)} == some.by_store(Entity.STOCK, asked)
    assert {OMS: ("umeda", "namba"), POS: ("ginza",)} == every.by_store(Entity.STOCK, asked)
    assert {} == every.by_store(Entity.INCOMING, asked)
