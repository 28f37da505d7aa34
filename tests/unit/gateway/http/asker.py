"""A client of the graph."""

import json
from typing import Any
from urllib.parse import urlencode

import aiohttp

from gateway.http.media_type import GRAPHQL, JSON


class Asker:
    """Asks one server, and reads its answers as JSON."""

    def __init__(self, client: aiohttp.ClientSession, address: str) -> None:
        self._client = client
        self.url = f"{address}/graphql"

    async def send(
        self, body: bytes, *, accept: str | None = GRAPHQL, **headers: str
    ) -> tuple[int, dict[str, Any], aiohttp.ClientResponse]:
        """Post these bytes, as JSON unless `content_type` says otherwise."""
        sent = {"Content-Type": JSON, **{k.replace("_", "-"): v for k, v in headers.items()}}
        skipped = [] if accept is not None else ["Accept"]
        if accept is not None:
            sent["Accept"] = accept
        async with self._client.post(
            self.url, data=body, headers=sent, skip_auto_headers=skipped
        ) as response:
            return response.status, json.loads(await response.read()), response

    async def ask(self, query: str, accept: str = GRAPHQL, **members: Any) -> dict[str, Any]:
        """The answer to a well-formed request."""
        body = json.dumps({"query": query, **members}).encode()
        return (await self.send(body, accept=accept))[1]

    async def get(
        self, accept: str = GRAPHQL, **parameters: str
    ) -> tuple[int, dict[str, Any], aiohttp.ClientResponse]:
        """Ask with GET."""
        url = f"{self.url}?{urlencode(parameters)}"
        async with self._client.get(url, headers={"Accept": accept}) as response:
            return response.status, json.loads(await response.read()), response


def codes(answer: dict[str, Any]) -> list[str]:
    """The codes of an answer's errors."""
    return [error["extensions"]["code"] for error in answer.get("errors", [])]
