import pytest
from pydantic import SecretStr

from gateway.http.authentication import Authenticator, is_foreign
from gateway.http.errors import Misdirected, Unauthenticated
from gateway.http.settings import ApiKey
from schema.domain.scope import Actor

TILL = "a-key-of-the-till-0123456789abcdef"
TABLET = "a-key-of-the-tablet-0123456789abcd"
KEYS = Authenticator(
    [
        ApiKey(name="till", key=SecretStr(TILL), role="staff", stores=("ginza",)),
        ApiKey(name="tablet", key=SecretStr(TABLET), role="admin"),
    ]
)


def test_a_key_says_who_asks() -> None:
    """With the role and the stores of the settings."""
    assert Actor("till", "staff", ("ginza",)) == KEYS.actor({"authorization": f"Bearer {TILL}"})
    assert Actor("tablet", "admin") == KEYS.actor({}, f"bearer  {TABLET}")


@pytest.mark.parametrize(
    "given",
    [
        "",
        "Bearer",
        "Bearer ",
        f"Basic {TILL}",
        TILL,
        f"Bearer {TILL}x",
        f"Bearer {TILL[:-1]}",
        "Bearer é",
    ],
)
def test_anything_else_is_nobody(given: str) -> None:
    """And the refusal is the same, whatever was wrong."""
    with pytest.raises(Unauthenticated) as caught:
        KEYS.actor({"authorization": given})

    assert "Send a valid key: `Authorization: Bearer …`." == caught.value.hint


def test_keys_are_not_kept() -> None:
    """A dump of the process's objects holds hashes."""
    assert TILL not in repr(vars(KEYS))


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "[::1]:8080", "127.0.0.5:1"])
def test_without_keys_everybody_on_this_machine_is_one(host: str) -> None:
    """The settings allow that on loopback only."""
    assert Actor("local", "admin") == Authenticator(()).actor({"host": host})


@pytest.mark.parametrize("host", ["evil.example.com:8080", "", "[", "127.evil.example.com:80"])
def test_without_keys_no_other_name_leads_here(host: str) -> None:
    """A page whose domain is pointed at 127.0.0.1 could otherwise take payments."""
    with pytest.raises(Misdirected):
        Authenticator(()).actor({"host": host})


@pytest.mark.parametrize(
    ("headers", "foreign"),
    [
        ({"host": "shop:8080"}, False),
        ({"host": "shop:8080", "origin": "http://shop:8080"}, False),
        ({"host": "shop:8080", "origin": "https://app.example.com"}, False),
        ({"host": "shop:8080", "origin": "http://shop:8081"}, True),
        ({"host": "shop:8080", "origin": "https://evil.example.com"}, True),
        ({"host": "shop:8080", "origin": "null"}, True),
    ],
)
def test_only_our_pages_and_trusted_ones_may_open_a_socket(
    headers: dict[str, str], foreign: bool
) -> None:
    """A program sends no origin; a browser always does."""
    assert foreign is is_foreign(headers, ("https://app.example.com",))
