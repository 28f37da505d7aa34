"""The server of the answers written by hand: Starlette and uvicorn, set as the gateway sets them.

BENCH_ESTATE=http://127.0.0.1:9000 python -m tests.bench.endpoint PORT
"""

import asyncio
import gc
import os
import sys

import orjson
import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from typing_extensions import override

from gateway.http.server import _GC_THRESHOLDS
from tests.bench import handwritten
from tests.bench.configuration import KEY

_BEARER = f"Bearer {KEY}"


def application(systems: handwritten.Systems) -> Starlette:
    """One route, which finds the answer by the query's text."""

    async def answer(request: Request) -> Response:
        if request.headers.get("authorization") != _BEARER:
            return Response(status_code=401)
        asked = orjson.loads(await request.body())
        find = handwritten.ANSWERS.get(asked["query"])
        if find is None:
            return Response(status_code=400)
        data = await find(handwritten.Request(systems), asked.get("variables") or {})
        content = orjson.dumps({"data": data}, option=orjson.OPT_UTC_Z)
        return Response(content, media_type="application/json")

    return Starlette(routes=[Route("/graphql", answer, methods=["POST"])])


class _Server(uvicorn.Server):
    @override
    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override] # narrower there
        await super().startup()
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_GC_THRESHOLDS)


async def serve(port: int, estate: str) -> None:
    """Serve until SIGTERM."""
    systems = handwritten.Systems.open(estate)
    config = uvicorn.Config(
        application(systems),
        port=port,
        loop="uvloop",
        http="httptools",
        lifespan="off",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
    )
    try:
        await _Server(config).serve()
    finally:
        await asyncio.gather(*(it.aclose() for it in systems.connectors.values()))


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), os.environ["BENCH_ESTATE"]))
