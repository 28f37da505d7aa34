from typing import Any

from tests.docs.pages import page
from tests.e2e.client import Client
from tests.e2e.estate import Estate

PAGE = page("docs/readers.md")
DOCUMENTS = {it.text.split()[1].split("(")[0]: it.text for it in PAGE.blocks("graphql")}
STORE = "orchard"


async def _done(client: Client, name: str, **variables: Any) -> dict[str, Any]:
    """What a mutation of the page answers; it must have done something."""
    [payload] = (await client.ask(DOCUMENTS[name], {"store": STORE, **variables})).data.values()
    assert [] == payload.pop("userErrors")
    found: dict[str, Any] = payload
    return found


async def _first(client: Client, name: str) -> dict[str, Any]:
    """What a subscription of the page tells first."""
    events = client.over_events(DOCUMENTS["Follow"], {"store": STORE, "name": name})
    async for event in events:
        found: dict[str, Any] = event["readerUpdated"]
        return found
    raise AssertionError("nothing was told")


async def test_a_reader_is_registered_renamed_and_cleared_as_shown(estate: Estate) -> None:
    """The mutations of the page, one after the other, on a reader of their own."""
    client = estate.client()
    registered = await _done(client, "Register")
    again = await _done(client, "Register")
    renamed = await _done(client, "Rename")
    cleared = await _done(client, "Clear", payment=None)
    followed = await _first(client, "Mezzanine")

    assert ("Second floor", "ONLINE") == (
        registered["reader"]["name"],
        registered["reader"]["status"],
    )
    assert registered == again
    assert {"reader": {"name": "Mezzanine"}} == renamed
    assert {"reader": {"busyWith": None}} == cleared
    assert {"status": "ONLINE", "busyWith": None} == followed
