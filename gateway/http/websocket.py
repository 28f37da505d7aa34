"""Operations over one websocket."""

import asyncio
import contextlib
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from gateway.http.answer import encoded
from gateway.http.authentication import Authenticator, is_foreign
from gateway.http.errors import Refusal, RequestErrors
from gateway.http.execution import Operation, Runner
from gateway.http.front import new_request_id
from gateway.http.messages import (
    PROTOCOL,
    Close,
    Closing,
    Complete,
    Init,
    Message,
    Ping,
    Pong,
    Subscribe,
    message,
)
from gateway.http.settings import HttpSettings
from schema.domain.scope import Actor

_INIT_WITHIN_S = 10.0
_OPERATIONS_MAX = 100


class GraphQLSockets:
    """Accepts websockets at the graph's address."""

    def __init__(self, settings: HttpSettings, runner: Runner, keys: Authenticator) -> None:
        self._origins = settings.cors_origins
        self._runner = runner
        self._keys = keys

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one socket until either side closes it."""
        if is_foreign(websocket.headers, self._origins):
            await websocket.close()  # before it is accepted: HTTP 403
            return
        if PROTOCOL not in websocket.scope["subprotocols"]:
            await websocket.accept()
            await websocket.close(Close.WRONG_PROTOCOL, "Subprotocol not acceptable")
            return
        await websocket.accept(PROTOCOL)
        socket = _Socket(websocket, self._runner, self._keys)
        try:
            await socket.serve()
        except Closing as closing:
            await socket.end()
            with contextlib.suppress(WebSocketDisconnect):
                await websocket.close(closing.code, closing.reason)
        except WebSocketDisconnect:
            pass
        finally:
            await socket.end()


class _Socket:
    def __init__(self, websocket: WebSocket, runner: Runner, keys: Authenticator) -> None:
        self._websocket = websocket
        self._runner = runner
        self._keys = keys
        self._running: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()  # also those that the client has ended

    async def serve(self) -> None:
        """Read messages for ever. Raises `Closing`, or `WebSocketDisconnect`."""
        try:
            async with asyncio.timeout(_INIT_WITHIN_S):
                actor = await self._init()
        except TimeoutError as error:
            late = "Connection initialisation timeout"
            raise Closing(Close.NOT_INITIALISED, late) from error
        await self._say({"type": "connection_ack"})
        while True:
            await self._hear(await self._next(), actor)

    async def end(self) -> None:
        """Cancel what still runs, and wait until it is gone."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _init(self) -> Actor:
        while True:
            said = await self._next()
            if isinstance(said, Init):
                return self._actor(said.payload or {})
            if isinstance(said, Ping):
                await self._pong(said)
            elif not isinstance(said, Pong):
                raise Closing(Close.UNAUTHORIZED, "Unauthorized")

    def _actor(self, payload: dict[str, Any]) -> Actor:
        given = payload.get("authorization", payload.get("Authorization"))
        try:
            text = given if isinstance(given, str) else None
            return self._keys.actor(self._websocket.headers, text)
        except Refusal as error:
            raise Closing(Close.FORBIDDEN, "Forbidden") from error

    async def _hear(self, said: Message, actor: Actor) -> None:
        match said:
            case Ping():
                await self._pong(said)
            case Pong():
                pass
            case Complete():
                if task := self._running.pop(said.id, None):
                    task.cancel()
            case Subscribe():
                await self._start(said, actor)
            case Init():
                raise Closing(Close.TOO_MANY, "Too many initialisation requests")

    async def _start(self, said: Subscribe, actor: Actor) -> None:
        if said.id in self._running:
            raise Closing(Close.ID_IN_USE, "Subscriber for this id already exists")
        if len(self._running) >= _OPERATIONS_MAX:
            raise Closing(Close.TOO_MANY, "Too many operations")
        try:
            operation = self._runner.prepare(said.request, actor, new_request_id())
        except RequestErrors as error:
            await self._say({"id": said.id, "type": "error", "payload": error.entries})
            return
        task = asyncio.create_task(self._run(said.id, operation), name="operation")
        self._running[said.id] = task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, name: str, operation: Operation) -> None:
        last: dict[str, Any] = {"id": name, "type": "complete"}
        try:
            async with contextlib.aclosing(self._runner.answers(operation)) as answers:
                async for answer in answers:
                    if "data" not in answer:
                        last = {"id": name, "type": "error", "payload": answer["errors"]}
                        break
                    await self._say({"id": name, "type": "next", "payload": answer})
            # Before the last word: a client that hears it may use the id again at once.
            del self._running[name]
            await self._say(last)
        except WebSocketDisconnect:
            pass

    async def _next(self) -> Message:
        event = await self._websocket.receive()
        if event["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(event.get("code", 1006))
        return message(event.get("text"))

    async def _pong(self, ping: Ping) -> None:
        payload = {} if ping.payload is None else {"payload": ping.payload}
        await self._say({"type": "pong", **payload})

    async def _say(self, said: dict[str, Any]) -> None:
        await self._websocket.send_text(encoded(said).decode())
