"""Everything that `tillgraph.yaml` may say."""

from datetime import time

from pydantic import Field

from gateway.http.settings import HttpSettings
from gateway.settings.entities import EntitySettings
from gateway.settings.section import Section, SourceName, StoreCode
from gateway.settings.source import SourceSettings
from gateway.settings.store import StoreSettings, TimeZone


class StorageSettings(Section):
    """Where the gateway keeps what must outlive it: payments, and what has moved."""

    url: str = Field(
        default="sqlite+aiosqlite:///tillgraph.db",
        repr=False,
        pattern=r"^(sqlite\+aiosqlite|postgresql\+asyncpg)://",
        description="SQLAlchemy address: sqlite+aiosqlite:///file.db, or"
        " postgresql+asyncpg://user:password@host/name. A relative file begins at the working"
        " directory.",
    )


class PaymentSettings(Section):
    """Card payments on named readers."""

    source: SourceName = Field(description="The payment provider, by its name under `sources`.")
    attempt_deadline_s: float = Field(
        default=150,
        ge=10,
        le=1_800,
        description="Seconds a reader waits for a card before the attempt is called off.",
    )
    reconcile_at: time = Field(
        default=time(3),
        description="When the provider's books are compared with ours each day, such as 03:00.",
    )
    reconcile_zone: TimeZone | None = Field(
        default=None,
        description="IANA time zone of `reconcile_at`. Absent: the first store's, else UTC.",
    )
    online_order_key: str | None = Field(
        default=None,
        min_length=1,
        max_length=40,
        description="What of an online payment's metadata at the provider is its order's number."
        " Absent: online payments are known without their orders.",
    )
    inputs_kept_s: float = Field(
        default=3_600,
        ge=60,
        le=86_400,
        description="Seconds that what customers enter at readers is kept for, and then erased.",
    )
    events_kept_days: float = Field(
        default=90,
        ge=1,
        le=3_650,
        description="Days that the raw bytes of the provider's messages are kept for. What they"
        " were about stays on record.",
    )


class Settings(Section):
    """The whole of `tillgraph.yaml`."""

    server: HttpSettings = Field(
        default=HttpSettings(),
        description="The web: the address, who may ask, and how large a request may be.",
    )
    storage: StorageSettings = Field(
        default=StorageSettings(), description="The gateway's own database."
    )
    sources: dict[SourceName, SourceSettings] = Field(
        min_length=1, description="The systems behind the graph, each under a name of your choice."
    )
    entities: EntitySettings = Field(
        default=EntitySettings(), description="Which system feeds which entity."
    )
    payments: PaymentSettings | None = Field(
        default=None, description="Card payments. Absent: the graph takes none."
    )
    stores: dict[StoreCode, StoreSettings] = Field(
        default_factory=dict, description="The stores, each under its code."
    )
