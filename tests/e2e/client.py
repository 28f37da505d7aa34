"""Asks the gateway as its clients do: over HTTP, over a websocket, and with server-sent events."""

import json
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
from msgspec import Struct

_ACCEPT = "application/graphql-response+json"
_PROTOCOL = "graphql-transport-ws"


class Answer(Struct, frozen=True):
    """What came back, with its HTTP status and how long it took."""

    status: int
    body: Mapping[str, Any]
    took_s: float

    @property
    def data(self) -> Any:
        """Its data. There must be no errors."""
        assert "errors" not in self.body, self.body["errors"]
        return self.body["data"]

    @property
    def errors(self) -> Mapping[tuple[str | int, ...], Mapping[str, Any]]:
        """The extensions of each error by its path."""
        found = self.body.get("errors", ())
        by_path = {tuple(error["path"]): error["extensions"] for error in found}
        assert len(found) == len(by_path), "two errors of one path"
        return by_path

    @property
    def sources(self) -> set[tuple[str, str]]:
        """Names and codes of the systems that some list lacks."""
        found = self.body.get("extensions", {}).get("sources", ())
        return {(it["source"], it["code"]) for it in found}


class Client:
    """Speaks GraphQL with one gateway."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def ask(
        self,
        document: str,
        variables: Mapping[str, Any] | None = None,
        operation: str | None = None,
    ) -> Answer:
        """Run one operation."""
        body = {"query": document, "variables": variables, "operationName": operation}
        begun = time.monotonic()
        async with (
            aiohttp.ClientSession() as session,
            session.post(self._url, json=body, headers={"Accept": _ACCEPT}) as response,
        ):
            found = await response.json()
        return Answer(response.status, found, time.monotonic() - begun)

    async def over_websocket(
        self, document: str, variables: Mapping[str, Any]
    ) -> AsyncIterator[Any]:
        """Follow a subscription's data to its end."""
        payload = {"query": document, "variables": variables}
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(self._url, protocols=[_PROTOCOL]) as socket,
        ):
            await socket.send_json({"type": "connection_init"})
            assert "connection_ack" == (await socket.receive_json())["type"]
            await socket.send_json({"type": "subscribe", "id": "1", "payload": payload})
            while (said := await socket.receive_json())["type"] == "next":
                yield said["payload"]["data"]
            assert {"type": "complete", "id": "1"} == said

    async def over_events(self, document: str, variables: Mapping[str, Any]) -> AsyncIterator[Any]:
        """The same with server-sent events."""
        body = {"query": document, "variables": variables}
        accept = {"Accept": "text/event-stream"}
        async with (
            aiohttp.ClientSession() as session,
            session.post(self._url, json=body, headers=accept) as response,
        ):
            assert "text/event-stream" == response.content_type
            name = ""
            async for raw in response.content:
                field, _, value = raw.decode().rstrip("\n").partition(":")
                if field == "event":
                    name = value.strip()
                elif field == "data" and name == "next":
                    yield json.loads(value)["data"]
            assert "complete" == name
