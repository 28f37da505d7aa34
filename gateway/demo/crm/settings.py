"""How the CRM may be set up from its environment."""

from collections.abc import Mapping

from msgspec import Struct

CLIENT_ID = "tillgraph"


class Settings(Struct, frozen=True):
    """The client's secret, the life of a token, and how many calls a second are answered."""

    secret: str = "kasane-crm"  # noqa: S105 - the sample's, and nobody else's
    token_life_s: float = 300.0
    calls_per_s: int = 200

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Settings":
        """Read `KASANE_CRM_SECRET`, `KASANE_CRM_TOKEN_LIFE_S` and `KASANE_CRM_CALLS_PER_S`."""
        usual = cls()
        return cls(
            secret=environment.get("KASANE_CRM_SECRET") or usual.secret,
            token_life_s=float(environment.get("KASANE_CRM_TOKEN_LIFE_S") or usual.token_life_s),
            calls_per_s=int(environment.get("KASANE_CRM_CALLS_PER_S") or usual.calls_per_s),
        )
