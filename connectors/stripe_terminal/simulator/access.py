"""Who may ask, and what they ask for."""

import base64
import binascii
import re
from http import HTTPStatus
from typing import Any

from aiohttp import hdrs, web

from connectors.stripe_terminal.simulator.form import Form, decode
from connectors.stripe_terminal.simulator.refusal import Refusal, wrong_parameter

_FORM = "application/x-www-form-urlencoded"
_KEY = re.compile(r"[sr]k_test_\w+", re.ASCII)


def authenticate(request: web.Request) -> None:
    """Any key of test mode will do, as a bearer's or as the user of basic authentication.

    Raises:
        Refusal: There is none.
    """
    scheme, _, given = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme.lower() == "basic":
        try:
            given = base64.b64decode(given, validate=True).decode("ascii").partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            given = ""
    if scheme.lower() not in {"basic", "bearer"} or not _KEY.fullmatch(given):
        # The one text that does not quote what was sent: it is a secret.
        raise Refusal(
            "Invalid API key: use one of test mode (sk_test_… or rk_test_…).",
            status=HTTPStatus.UNAUTHORIZED,
            is_kept=False,
        )


async def parameters(request: web.Request) -> Form:
    """The parameters, from the body of a POST and from the address else.

    Raises:
        Refusal: They are no form.
    """
    if request.method != hdrs.METH_POST:
        return decode(request.query_string)
    body = await request.read()
    if body and request.content_type != _FORM:
        raise wrong_parameter(f"The body must be {_FORM}.")
    try:
        return decode(body.decode("ascii"))
    except UnicodeDecodeError:
        raise wrong_parameter("The request is no form.") from None


def paths_to_expand(form: Form) -> list[str]:
    """Where `expand` points.

    Raises:
        Refusal: It is no list of texts.
    """
    paths: Any = form.get("expand", [])
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise wrong_parameter("Invalid array", param="expand")
    return paths
