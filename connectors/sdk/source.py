"""What a connector is made with, and what every connector can do."""

from typing import ClassVar, Protocol

from msgspec import Struct
from pydantic import BaseModel

from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpClients
from connectors.sdk.manifest import Limits


class SourceContext(Struct, frozen=True):
    """The surroundings of one configured source.

    `name` is its name in the configuration and goes into every record's `ref`; `limits` are the
    manifest's, as the configuration may have tightened them; `http` makes its HTTP clients.
    """

    name: str
    limits: Limits
    http: HttpClients


class OtherSource(Struct, frozen=True):
    """Annotates a field of a connector's configuration that holds the name of another source.

    `Annotated[str, OtherSource()]`: a name that is none is then told when the configuration is
    checked.
    """


class Connector(Protocol):
    """One system. The class offers ports by having their methods.

    It is made inside the running event loop and must not call its system before it is asked to.
    """

    Config: ClassVar[type[BaseModel]]

    def __init__(self, config: BaseModel, context: SourceContext) -> None: ...

    async def probe(self, ctx: CallContext) -> None:
        """Ask the system for a sign of life, as cheaply as it can. Raises like a reader."""
        ...

    async def aclose(self) -> None:
        """Let go of connections and threads; no call is running any more."""
        ...
