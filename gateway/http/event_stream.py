"""Server-sent events: graphql-sse in its distinct connections mode."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from http import HTTPStatus
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from gateway.http.answer import encoded
from gateway.http.execution import Answer
from gateway.http.media_type import EVENTS

# Proxies give up on a connection that is silent; the shortest patience in use is about 15 s.
_KEEP_ALIVE_S = 12.0
_ALIVE = b":\n\n"


class EventStream(Response):
    """Sends each answer as `next`, then `complete`.

    It ends when the client goes, and without `complete` when the server ends: that client comes
    again.
    """

    media_type = EVENTS

    def __init__(self, answers: AsyncGenerator[Answer, None], ending: asyncio.Event) -> None:
        # Some proxies would gather events before they pass them on.
        super().__init__(None, HTTPStatus.OK, {"X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._answers = answers
        self._ending = ending

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        await send(
            {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        )
        await _write(send, _ALIVE)
        ends = {
            asyncio.create_task(_gone(receive), name="client gone"),
            asyncio.create_task(self._ending.wait(), name="server ending"),
        }
        try:
            async with contextlib.aclosing(self._answers):
                await self._stream(send, ends)
        finally:
            await _cancelled(*ends)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _stream(self, send: Send, ends: set[asyncio.Task[bool]]) -> None:
        step = asyncio.ensure_future(anext(self._answers, None))
        try:
            while True:
                done, _ = await asyncio.wait(
                    {step, *ends},
                    timeout=_KEEP_ALIVE_S,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if done & ends:
                    return
                if not done:
                    await _write(send, _ALIVE)
                    continue
                answer = step.result()
                if answer is None:
                    await _write(send, b"event: complete\ndata:\n\n")
                    return
                await _write(send, b"event: next\ndata: " + encoded(answer) + b"\n\n")
                step = asyncio.ensure_future(anext(self._answers, None))
        finally:
            await _cancelled(step)


async def _gone(receive: Receive) -> bool:
    while (await receive())["type"] != "http.disconnect":
        pass
    return True


async def _write(send: Send, chunk: bytes) -> None:
    await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def _cancelled(*tasks: asyncio.Future[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
