"""One question to one port, as a command line words it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from connectors.sdk.claims import PORTS, methods
from connectors.sdk.context import CallContext
from connectors.sdk.document.shape import nearest
from connectors.sdk.registry import ConnectorType
from schema.domain.customer import CustomerKey, CustomerKeyKind, CustomerLink
from schema.domain.order import OrderQuery
from schema.domain.product import VariantKey, VariantKeyKind
from schema.domain.reference import SourceRef

PROBE = "probe"


class Question(Struct, frozen=True):
    """What to ask: a port's method, its keys as they are written, and what narrows the answer."""

    method: str
    keys: tuple[str, ...] = ()
    stores: tuple[str, ...] | None = None
    limit: int = 10


def method_of(kind: ConnectorType, port: str, method: str | None) -> str:
    """The method to call: the one that is named, or the port's first that reads.

    Raises:
        LookupError: The connector offers no such port, or the port has no such method.
    """
    if port == PROBE:
        return PROBE
    if port not in kind.ports:
        known = [*kind.ports, PROBE]
        told = "it is not offered by this connector" if port in PORTS else nearest(port, known)
        raise LookupError(f"{port}: {told}")
    reads = [name for name in methods(port, writes=False) if name in _CALLS]
    if method is None and reads:
        return reads[0]
    if method in reads:
        return method
    if not reads:
        raise LookupError(f"{port} has no records to ask for: this command only reads those")
    raise LookupError(f"{method}: no method of {port} that reads; {nearest(method or '', reads)}")


def put(connector: Any, ctx: CallContext, question: Question, *, source: str) -> Awaitable[Any]:
    """Call the method.

    Raises:
        ValueError: A key is of another form, or there is none where one is needed.
    """
    if question.method == PROBE:
        return _awaitable(connector.probe(ctx))
    return _CALLS[question.method](getattr(connector, question.method), ctx, question, source)


Call = Callable[[Any, CallContext, Question, str], Awaitable[Any]]


def _needed(question: Question) -> Sequence[str]:
    if not question.keys:
        raise ValueError(f"{question.method} needs at least one of --keys")
    return question.keys


def _awaitable(value: Any) -> Awaitable[Any]:
    answer: Awaitable[Any] = value
    return answer


def _texts(ask: Any, ctx: CallContext, question: Question, _source: str) -> Awaitable[Any]:
    return _awaitable(ask(ctx, _needed(question)))


def _single(ask: Any, ctx: CallContext, question: Question, _source: str) -> Awaitable[Any]:
    return _awaitable(ask(ctx, _needed(question)[0], None))


def _customers(ask: Any, ctx: CallContext, question: Question, _source: str) -> Awaitable[Any]:
    kinds = CustomerKeyKind.__members__
    keys = [CustomerKey(*_kind(key, kinds, "ID")) for key in _needed(question)]
    return _awaitable(ask(ctx, keys))


def _variants(ask: Any, ctx: CallContext, question: Question, _source: str) -> Awaitable[Any]:
    kinds = VariantKeyKind.__members__
    return _awaitable(
        ask(ctx, [VariantKey(*_kind(key, kinds, "SKU")) for key in _needed(question)])
    )


def _stock(ask: Any, ctx: CallContext, question: Question, _source: str) -> Awaitable[Any]:
    return _awaitable(ask(ctx, _needed(question), question.stores))


def _links(ask: Any, ctx: CallContext, question: Question, source: str) -> Awaitable[Any]:
    return _awaitable(ask(ctx, [_link(key, source) for key in _needed(question)]))


def _orders_of(ask: Any, ctx: CallContext, question: Question, source: str) -> Awaitable[Any]:
    links = [_link(key, source) for key in _needed(question)]
    return _awaitable(ask(ctx, links, question.limit))


def _order_page(ask: Any, ctx: CallContext, question: Question, _source: str) -> Awaitable[Any]:
    query = OrderQuery(stores=question.stores)
    return _awaitable(ask(ctx, query, after=None, hint=None, limit=question.limit))


def _stores(ask: Any, ctx: CallContext, question: Question, _source: str) -> Awaitable[Any]:
    return _awaitable(ask(ctx, question.keys or None))


def _changes(ask: Any, ctx: CallContext, question: Question, _source: str) -> Awaitable[Any]:
    return _awaitable(ask(ctx, next(iter(question.keys), None), question.limit))


def _readers(ask: Any, ctx: CallContext, question: Question, _source: str) -> Awaitable[Any]:
    return _awaitable(ask(ctx, next(iter(question.keys), None), None))


_CALLS: Mapping[str, Call] = {
    "changed_since": _changes,
    "coupons": _links,
    "customers": _customers,
    "incoming": _stock,
    "intent": _single,
    "loyalty": _links,
    "order_page": _order_page,
    "orders": _texts,
    "orders_by_number": _texts,
    "orders_of": _orders_of,
    "products": _texts,
    "reader": _single,
    "setup": _single,
    "task_reader": _single,
    "readers": _readers,
    "reservations": _texts,
    "returns_of": _texts,
    "stock_levels": _stock,
    "stores": _stores,
    "variants": _variants,
}


def _kind(key: str, kinds: Mapping[str, Any], otherwise: str) -> tuple[Any, str]:
    """A key written as KIND:value; one without a kind is of the usual one."""
    name, colon, value = key.partition(":")
    if not colon:
        return kinds[otherwise], key
    if name.upper() not in kinds or not value:
        raise ValueError(f"expected a key as KIND:value, where KIND is one of: {', '.join(kinds)}")
    return kinds[name.upper()], value


def _link(key: str, source: str) -> CustomerLink:
    kind, value = _kind(key, CustomerKeyKind.__members__, "ID")
    if kind is CustomerKeyKind.ID:
        return CustomerLink(ref=SourceRef(source, value))
    return msgspec.structs.replace(CustomerLink(), **{kind.name.lower(): value})
