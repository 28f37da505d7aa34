"""Reads the body of a request, and never more of it than allowed."""

import asyncio

from starlette.requests import Request
from starlette.types import Message, Receive

from gateway.http.errors import Malformed, TooLarge, TooSlow, UnsupportedForm


async def read_body(request: Request, *, most_bytes: int, within_s: float) -> bytes:
    """The whole body.

    Raises:
        UnsupportedForm: It is compressed: a small one might become a large one.
        TooLarge: It is larger than allowed, or says that it will be.
        TooSlow: It did not arrive in time.
        Malformed: The client went away before it was whole.
    """
    headers = request.headers
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedForm("Send the body as it is, without Content-Encoding.")
    announced = headers.get("content-length", "0")
    if announced.isdecimal() and int(announced[:20]) > most_bytes:
        raise _too_large(most_bytes)
    # Most bodies have come in one piece, with their head: those need neither a timer nor a copy.
    message = _at_hand(request.receive)
    if message is not None and not message.get("more_body", False):
        return _part(message, most_bytes, most_bytes)
    try:
        async with asyncio.timeout(within_s):
            return await _whole(request.receive, message, most_bytes)
    except TimeoutError as error:
        raise TooSlow("The body did not arrive in time.") from error


async def _whole(receive: Receive, message: Message | None, most_bytes: int) -> bytes:
    body = bytearray()
    while True:
        message = message or await receive()
        body += _part(message, most_bytes - len(body), most_bytes)
        if not message.get("more_body", False):
            return bytes(body)
        message = None


def _part(message: Message, room: int, most_bytes: int) -> bytes:
    if message["type"] != "http.request":
        raise Malformed("The body is not whole.")
    part: bytes = message.get("body", b"")
    if len(part) > room:
        raise _too_large(most_bytes)
    return part


def _at_hand(receive: Receive) -> Message | None:
    """The next message if it is there already; else nothing is taken, and it is still to come."""
    steps = receive().__await__()
    try:
        next(steps)
    except StopIteration as answer:
        return answer.value  # type: ignore[no-any-return] # a coroutine's
    steps.close()
    return None


def _too_large(most_bytes: int) -> TooLarge:
    return TooLarge(f"The body may have {most_bytes} bytes at most.")
