"""Answers as bytes, with their HTTP status."""

import json
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response

from gateway.http.errors import FAILED, Refusal, answer_status, told
from gateway.http.media_type import GRAPHQL, JSON
from schema.domain.errors import TillgraphError


def encoded(answer: Mapping[str, Any]) -> bytes:
    """An answer as JSON. Times are in UTC, with Z."""
    try:
        return orjson.dumps(answer, option=orjson.OPT_UTC_Z)
    except TypeError:
        # Half a surrogate pair, as an old system may hold in a name cut short: escaped, it passes.
        return json.dumps(answer, default=str).encode()


def answered(answer: Mapping[str, Any], media_type: str) -> Response:
    """The answer to a well-formed request."""
    status = answer_status(answer, is_legacy=media_type == JSON)
    return _response(answer, status, media_type)


def refused(refusal: Refusal, trace: str, media_type: str | None) -> Response:
    """The answer to a request that is none, in a form that the client takes, if there is one."""
    form = GRAPHQL if media_type == GRAPHQL else JSON
    response = _response({"errors": [told(refusal, trace)]}, refusal.status, form)
    response.headers.update(refusal.headers)
    return response


def failed(trace: str) -> Response:
    """The answer when something of ours broke before there was one."""
    return _response({"errors": [told(TillgraphError(), trace)]}, FAILED, JSON)


def _response(answer: Mapping[str, Any], status: int, media_type: str) -> Response:
    return Response(encoded(answer), status, media_type=f"{media_type}; charset=utf-8")
