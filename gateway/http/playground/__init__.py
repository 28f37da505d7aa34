"""The page on which browsers try queries: one answer that needs nothing from elsewhere."""

import base64
import hashlib
from functools import cache
from importlib.resources import files

from starlette.responses import HTMLResponse


@cache
def _page() -> tuple[str, str]:
    """The page, and the policy by which a browser runs what is in it and nothing else."""
    folder = files("gateway.http.playground")
    page, style, script = (
        (folder / name).read_text(encoding="utf-8")
        for name in ("index.html", "playground.css", "playground.js")
    )
    policy = (
        f"default-src 'none'; style-src {_source(style)}; script-src {_source(script)};"
        " connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'"
    )
    return page.replace("{{style}}", style).replace("{{script}}", script), policy


def playground() -> HTMLResponse:
    """The page. It asks for a key itself, so that anybody may have it."""
    page, policy = _page()
    return HTMLResponse(page, headers={"Content-Security-Policy": policy})


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
