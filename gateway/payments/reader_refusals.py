"""What is said to those who wanted something of a reader itself, and did not get it."""

from collections.abc import Mapping
from types import MappingProxyType

from gateway.payments.leases import Lease, ReaderHeld
from schema.domain.payment import UserErrorRecord

NAME = ("input", "name")
STORE = ("input", "store")
CODE = ("input", "registrationCode")
READER = ("input", "reader", "name")
EXPECTED = ("input", "expectedPayment")

_TOLD: Mapping[str, UserErrorRecord] = MappingProxyType(
    {
        error.code: error
        for error in (
            UserErrorRecord(
                "REGISTRATION_CODE_INVALID",
                "No reader shows this code. Let it show a new one, and use a new idempotencyKey.",
                CODE,
            ),
            UserErrorRecord(
                "READER_WRONG_LOCATION",
                "The payment provider does not take this reader at the store's location.",
                CODE,
            ),
            UserErrorRecord(
                "LOCATION_INVALID",
                "The payment provider does not know the store's location: correct"
                " terminal_location in the gateway's configuration.",
                STORE,
            ),
            UserErrorRecord(
                "PROVIDER_REFUSED", "The payment provider refused. Its own pages may tell why."
            ),
            UserErrorRecord(
                "PROVIDER_UNAVAILABLE",
                "The payment provider cannot be reached, and nothing was done. Send it again.",
            ),
            UserErrorRecord(
                "OUTCOME_UNKNOWN",
                "It is not known yet whether this was done. Send the same again to learn it.",
            ),
            UserErrorRecord("UNSUPPORTED", "The payment provider cannot do this."),
        )
    }
)


def told(code: str) -> UserErrorRecord:
    """What an errand's refusal is for the person who asked; any other code is the provider's no."""
    return _TOLD.get(code) or _TOLD["PROVIDER_REFUSED"]


def name_invalid(longest: int) -> UserErrorRecord:
    """It is no name that people could say, or a screen show."""
    return UserErrorRecord(
        "READER_NAME_INVALID", f"Give a name of 1 to {longest} characters in one line.", NAME
    )


def name_taken(store: str, name: str) -> UserErrorRecord:
    """Another reader of the store has the name."""
    return UserErrorRecord("NAME_TAKEN", f"Another reader in {store} is called {name}.", NAME)


def store_without_location() -> UserErrorRecord:
    """The provider cannot be told where the reader stands."""
    return UserErrorRecord(
        "STORE_WITHOUT_LOCATION",
        "The store has no terminal_location in the gateway's configuration.",
        STORE,
    )


def reader_configured() -> UserErrorRecord:
    """The name is the configuration's, and would win over the label again."""
    return UserErrorRecord(
        "READER_CONFIGURED",
        "The gateway's configuration names this reader: change it there.",
        READER,
    )


def held_by_another(held: Lease | ReaderHeld) -> UserErrorRecord:
    """The reader is busy with something else of ours than was expected."""
    return _changed(
        f"The reader has had the {held.holder.kind.value} {held.holder.id} of {held.actor}"
        f" since {held.since:%Y-%m-%d %H:%M:%S} UTC. Look again before you clear it."
    )


def not_expected() -> UserErrorRecord:
    """The reader is at something else than was expected, which nobody of ours has sent it."""
    return _changed(
        "The reader is at work on something that was not expected, or is not the gateway's. Look"
        " at it, and clear it at the payment provider if nobody needs it."
    )


def authorizing(reader: str) -> UserErrorRecord:
    """The provider does not clear a reader in the middle of an authorization."""
    return UserErrorRecord(
        "READER_BUSY", f"{reader} is being talked to by the bank: try again in a moment.", READER
    )


def _changed(sentence: str) -> UserErrorRecord:
    return UserErrorRecord("READER_CHANGED", sentence, EXPECTED)
