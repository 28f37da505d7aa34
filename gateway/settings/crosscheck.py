"""What no part of the file knows alone: whether its parts fit each other and what is installed."""

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from connectors.sdk.document.content import Document
from connectors.sdk.document.environment import Environment
from connectors.sdk.document.problem import Key, Problem
from connectors.sdk.document.shape import nearest, shaped
from connectors.sdk.registry import BrokenConnector, ConnectorType, Registry, is_file
from connectors.sdk.source import OtherSource
from gateway.settings.source import LimitSettings

NEEDED_PORT: Mapping[str, str] = {
    "customer": "CustomerReader",
    "order": "OrderReader",
    "catalog": "CatalogReader",
    "stock": "StockReader",
    "incoming": "IncomingReader",
    "loyalty": "LoyaltyReader",
}
PAYMENT_PORT = "TerminalDriver"


def crosschecked(
    document: Document, registry: Registry, environment: Environment
) -> Iterator[Problem]:
    """Everything that does not fit. Parts whose form is wrong already are passed over."""
    return _CrossCheck(document, registry, environment).problems()


class _CrossCheck:
    def __init__(self, document: Document, registry: Registry, environment: Environment) -> None:
        self._document = document
        self._registry = registry
        self._environment = environment
        content = _mapping(document.content)
        self._sources = _mapping(content.get("sources"))
        self._stores = _mapping(content.get("stores"))
        self._content = content

    def problems(self) -> Iterator[Problem]:
        for name, source in self._sources.items():
            yield from self._source(("sources", name), _mapping(source))
        for entity, routes in _mapping(self._content.get("entities")).items():
            if entity in NEEDED_PORT:
                for index, route in enumerate(_sequence(routes)):
                    at = ("entities", entity, index)
                    yield from self._route(at, _mapping(route), NEEDED_PORT[entity])
        payments = _mapping(self._content.get("payments"))
        yield from self._feeds(("payments", "source"), payments.get("source"), PAYMENT_PORT)
        yield from self._keys()

    def _source(self, at: Key, source: Mapping[str, object]) -> Iterator[Problem]:
        connector = source.get("connector")
        if not isinstance(connector, str):
            return
        kind = self._registry.find(connector)
        if not isinstance(kind, ConnectorType):
            yield self._document.problem((*at, "connector"), self._absent(connector, kind))
            return
        config = source.get("config", {})
        if isinstance(config, dict):
            found = shaped(kind.config, self._document, (*at, "config"), config, self._environment)
            yield from found if isinstance(found, list) else self._others((*at, "config"), found)
        yield from self._limits((*at, "limits"), source.get("limits", {}), kind)

    def _others(self, at: Key, config: BaseModel) -> Iterator[Problem]:
        """Whether the sources that a configuration names are there."""
        for field, info in type(config).model_fields.items():
            name = getattr(config, field)
            names_one = any(isinstance(it, OtherSource) for it in info.metadata)
            if names_one and name is not None and name not in self._sources:
                yield self._document.problem((*at, field), self._no_source(name))

    def _absent(self, connector: str, broken: BrokenConnector | None) -> str:
        if broken is not None and is_file(connector):
            return f"this file is no connector: {broken.reason}"
        if broken is not None:
            return f"the connector is installed, but cannot be loaded: {broken.reason}"
        return f"no such connector is installed; {nearest(connector, self._registry.working)}"

    def _limits(self, at: Key, content: object, kind: ConnectorType) -> Iterator[Problem]:
        wanted = shaped(LimitSettings, self._document, at, content, self._environment)
        if isinstance(wanted, list):
            return  # told with the form of the whole
        for name in wanted.model_fields_set:
            limit, ours = getattr(kind.manifest.limits, name), getattr(wanted, name)
            if limit is not None and ours is not None and ours > limit:
                message = (
                    f"expected at most {limit:g}: the connector's own limit may be tightened only"
                )
                yield self._document.problem((*at, name), message)

    def _route(self, at: Key, route: Mapping[str, object], port: str) -> Iterator[Problem]:
        yield from self._feeds((*at, "source"), route.get("source"), port)
        yield from self._known_stores((*at, "stores"), route.get("stores"))

    def _feeds(self, at: Key, name: object, port: str) -> Iterator[Problem]:
        if not isinstance(name, str) or not self._sources:
            return
        if name not in self._sources:
            yield self._document.problem(at, self._no_source(name))
            return
        connector = _mapping(self._sources[name]).get("connector")
        kind = self._registry.find(connector) if isinstance(connector, str) else None
        if isinstance(kind, ConnectorType) and port not in kind.ports:
            able = [other for other, source in self._sources.items() if self._offers(source, port)]
            message = f"the connector {kind.name} offers no {port}"
            if able:
                message += f"; expected one of: {', '.join(sorted(able))}"
            yield self._document.problem(at, message)

    def _no_source(self, name: str) -> str:
        return f"there is no such source; {nearest(name, self._sources)}"

    def _offers(self, source: object, port: str) -> bool:
        kind = self._registry.find(str(_mapping(source).get("connector")))
        return isinstance(kind, ConnectorType) and port in kind.ports

    def _keys(self) -> Iterator[Problem]:
        server = _mapping(self._content.get("server"))
        for index, key in enumerate(_sequence(server.get("keys"))):
            yield from self._known_stores(
                ("server", "keys", index, "stores"), _mapping(key).get("stores")
            )

    def _known_stores(self, at: Key, codes: object) -> Iterator[Problem]:
        for index, code in enumerate(_sequence(codes)):
            if isinstance(code, str) and code not in self._stores:
                message = f"there is no such store; {nearest(code, self._stores)}"
                yield self._document.problem((*at, index), message)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _sequence(value: object) -> list[object]:
    return value if isinstance(value, list) else []
