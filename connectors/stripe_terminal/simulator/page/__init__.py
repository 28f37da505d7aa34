"""The page that shows each reader's screen."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_HERE = Path(__file__).parent
_FILES = {
    "/": ("readers.html", "text/html"),
    "/readers.css": ("readers.css", "text/css"),
    "/readers.js": ("readers.js", "text/javascript"),
}
_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'none'; connect-src 'self'; img-src data:;"
    " script-src 'self'; style-src 'self'",
}


def page_routes() -> list[web.RouteDef]:
    """The page's addresses, at the root of the API."""
    return [web.get(path, _shown(*file)) for path, file in _FILES.items()]


def _shown(name: str, kind: str) -> Handler:
    content = (_HERE / name).read_bytes()

    async def show(_: web.Request) -> web.StreamResponse:
        return web.Response(body=content, content_type=kind, charset="utf-8", headers=_HEADERS)

    return show
