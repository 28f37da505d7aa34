"""A Vendure shop's admin API, as its owner uses it."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import aiohttp

USERNAME = "superadmin"
PASSWORD = "vendure-sample"

_LOGIN = """
mutation ($username: String!, $password: String!) {
  login(username: $username, password: $password) { __typename }
}
"""


class Admin:
    """A session of the shop's owner."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/admin-api"
        self._http = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        self._token = ""

    async def __aenter__(self) -> Self:
        await self.ask(_LOGIN, {"username": USERNAME, "password": PASSWORD})
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.close()

    async def ask(self, document: str, variables: Mapping[str, Any] | None = None) -> Any:
        """The data of an answer that holds no error, neither of the API's own nor of the shop's."""
        headers = {"authorization": f"Bearer {self._token}"} if self._token else {}
        body = {"query": document, "variables": dict(variables or {})}
        async with self._http.post(self._url, json=body, headers=headers) as response:
            self._token = response.headers.get("vendure-auth-token") or self._token
            answer = await response.json()
        assert "errors" not in answer, answer["errors"]
        refused = [it for it in answer["data"].values() if isinstance(it, dict) and "refused" in it]
        assert not refused, refused
        return answer["data"]
