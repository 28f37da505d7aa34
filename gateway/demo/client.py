"""Asks the gateway as any client would: over HTTP."""

import asyncio
import time
from types import TracebackType
from typing import Any, Self

import aiohttp

_POLL_S = 0.1


class NoAnswerError(Exception):
    """The gateway did not answer as it should; the message says what it did instead."""


class GatewayClient:
    """Speaks GraphQL with one gateway. Use it as an async context."""

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        await self._open.close()

    @property
    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("use it as an async context")
        return self._session

    async def ready(self, timeout_s: float) -> None:
        """Wait until the gateway says that it is ready. Raises `NoAnswerError` when it does not."""
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            try:
                async with self._open.get(f"{self._address}/readyz") as response:
                    if response.ok:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(_POLL_S)
        raise NoAnswerError(f"the gateway was not ready within {timeout_s:g} s")

    async def ask(
        self, document: str, operation: str, variables: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Run one operation of a document and return the whole answer, errors included.

        Raises:
            NoAnswerError: There was none, or none that is GraphQL's.
        """
        body = {"query": document, "operationName": operation, "variables": variables or {}}
        accept = {"accept": "application/graphql-response+json"}
        try:
            async with self._open.post(
                f"{self._address}/graphql", json=body, headers=accept
            ) as response:
                answer = await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise NoAnswerError(f"{operation}: {type(error).__name__}") from error
        if not isinstance(answer, dict) or not isinstance(answer.get("data"), dict):
            told = answer.get("errors") if isinstance(answer, dict) else None
            raise NoAnswerError(f"{operation}: HTTP {response.status}, no data: {told}")
        return answer
