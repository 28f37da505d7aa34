"""By what a system may know a customer."""

from connectors.declarative.connector import DeclarativeConnector
from schema.domain.customer import CustomerLink


def known_by(connector: DeclarativeConnector, link: CustomerLink | None) -> dict[str, str | None]:
    """The keys of a customer that can be sent, by the names of templates; `ref` is the id."""
    if link is None:
        return {}
    own = link.ref.id if link.ref is not None and link.ref.name == connector.customers_of else None
    keys = {"ref": own, "membership": link.membership, "email": link.email, "phone": link.phone}
    can_ask = connector.wire.can_ask
    return {name: key if key and can_ask(key) else None for name, key in keys.items()}
