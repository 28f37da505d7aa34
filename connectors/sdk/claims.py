"""Whether what a manifest says of methods and fields fits what the class offers."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

import msgspec

from connectors.sdk import ports
from connectors.sdk.document.problem import Key
from connectors.sdk.document.shape import nearest
from connectors.sdk.manifest import Manifest
from connectors.sdk.ports.writing import is_write
from schema.domain.coupon import CouponRecord
from schema.domain.customer import CustomerRecord
from schema.domain.loyalty import LoyaltyRecord
from schema.domain.order import OrderRecord
from schema.domain.product import ProductRecord, VariantRecord
from schema.domain.reservation import ReservationRecord
from schema.domain.returns import ReturnRecord
from schema.domain.stock import IncomingRecord, StockRecord
from schema.domain.store import StoreRecord

PORTS: Mapping[str, type] = {name: getattr(ports, name) for name in ports.__all__}
"""Every port that a connector may offer, by name."""

RECORDS: Mapping[str, Mapping[str, type[msgspec.Struct]]] = {
    "CatalogReader": {"product": ProductRecord, "variant": VariantRecord},
    "CouponReader": {"coupon": CouponRecord},
    "CustomerReader": {"customer": CustomerRecord},
    "CustomerWriter": {"customer": CustomerRecord},
    "IncomingReader": {"incoming": IncomingRecord},
    "LoyaltyReader": {"loyalty": LoyaltyRecord},
    "OrderReader": {"order": OrderRecord},
    "ReservationReader": {"reservation": ReservationRecord},
    "ReturnReader": {"return": ReturnRecord},
    "ReturnWriter": {"return": ReturnRecord},
    "StockReader": {"stock": StockRecord},
    "StockReserver": {"reservation": ReservationRecord},
    "StoreReader": {"store": StoreRecord},
}
"""The records that a port gives, by the names that manifests have for them."""


def offered(connector: type) -> frozenset[str]:
    """The names of the ports whose every method the class has."""
    return frozenset(name for name, port in PORTS.items() if issubclass(connector, port))


def methods(port: str, *, writes: bool) -> tuple[str, ...]:
    """A port's methods that read, or those that write, in the order of the port."""
    own = vars(PORTS[port]).items()
    public = {name: it for name, it in own if not name.startswith("_") and callable(it)}
    return tuple(name for name, it in public.items() if is_write(it) is writes)


def unfounded(manifest: Manifest, connector: type) -> Iterator[tuple[Key, str]]:
    """Each claim that does not fit: its key in the manifest, and what was expected instead."""
    has = sorted(offered(connector))
    reads = [name for port in has for name in methods(port, writes=False)]
    writes = [name for port in has for name in methods(port, writes=True)]
    for name in manifest.freshness_s:
        if name not in reads:
            yield ("freshness_s", name), f"no method that reads; {nearest(name, reads)}"
    for index, name in enumerate(manifest.idempotent_writes):
        if name not in writes:
            told = f"{name!r} is no method that writes; {nearest(name, writes)}"
            yield ("idempotent_writes", index), told
    records = {name: it for port in has for name, it in RECORDS.get(port, {}).items()}
    for index, field in enumerate(manifest.personal_data):
        if (wrong := _unknown(field, records)) is not None:
            yield ("personal_data", index), wrong


def _unknown(field: str, records: Mapping[str, type[msgspec.Struct]]) -> str | None:
    """What is wrong with a field as entity.field, if anything."""
    entity, *parts = field.split(".")
    if entity not in records:
        return f"{field!r} is of no record that is offered; {nearest(entity, records)}"
    if not parts:
        return f"{field!r} names no field; write it as entity.field"
    held: type[msgspec.Struct] | None = records[entity]
    for part in parts:
        fields = {it.name: it.type for it in msgspec.structs.fields(held)} if held else {}
        if part not in fields:
            return f"{field!r} is no field; {nearest(part, fields)}"
        held = _record(fields[part])
    return None


def _record(annotation: Any) -> type[msgspec.Struct] | None:
    """The record that a field holds, or holds many of."""
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return annotation
    return next((found for it in get_args(annotation) if (found := _record(it))), None)
