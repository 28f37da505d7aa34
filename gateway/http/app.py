"""The web application: addresses, and what stands before them."""

import asyncio

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route, WebSocketRoute

from gateway.http.authentication import Authenticator
from gateway.http.execution import Runner
from gateway.http.front import GRAPHQL_PATH, Front
from gateway.http.health import Readiness, livez
from gateway.http.operations import Operations
from gateway.http.settings import HttpSettings
from gateway.http.view import GraphQLView
from gateway.http.webhooks import Webhooks
from gateway.http.websocket import GraphQLSockets


def create_app(settings: HttpSettings, operations: Operations) -> Front:
    """The application. Once its `ending` is set, streams end and readiness is over."""
    ending = asyncio.Event()
    keys = Authenticator(settings.keys)
    runner = Runner(settings, operations)
    view = GraphQLView(settings, runner, keys, ending)
    sockets = GraphQLSockets(settings, runner, keys)
    cors = Middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_methods=["GET", "POST"],
        allow_headers=["Authorization", "X-Request-Id"],
        expose_headers=["X-Request-Id"],
    )
    app = Starlette(
        routes=[
            Route(GRAPHQL_PATH, view.answer, methods=["GET", "POST"]),
            WebSocketRoute(GRAPHQL_PATH, sockets.serve),
            Route("/webhooks/{source}", Webhooks(settings, operations).take, methods=["POST"]),
            Route("/livez", livez),
            Route("/readyz", Readiness(operations, ending).answer),
        ],
        middleware=[cors],
    )
    return Front(app, view, ending)
