"""The four systems, as an application asks them with httpx."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

# As many as wait at once; httpx opens no more than 100 of its own accord.
_http = httpx.AsyncClient(base_url=os.environ.get("BENCH_ESTATE", "http://127.0.0.1"))

Row = Mapping[str, Any]


async def rows(path: str, name: str, **query: object) -> Sequence[Row]:
    """The rows of an answer."""
    response = await _http.get(path, params={key: str(value) for key, value in query.items()})
    response.raise_for_status()
    found: Sequence[Row] = response.json()[name]
    return found


async def aclose() -> None:
    """Let go of the connections."""
    await _http.aclose()
