"""Reads the body of a request, and never more of it than allowed."""

import asyncio

from starlette.requests import ClientDisconnect, Request

from gateway.http.errors import Malformed, TooLarge, TooSlow, UnsupportedForm


async def read_body(request: Request, *, most_bytes: int, within_s: float) -> bytes:
    """The whole body.

    Raises:
        UnsupportedForm: It is compressed: a small one might become a large one.
        TooLarge: It is larger than allowed, or says that it will be.
        TooSlow: It did not arrive in time.
        Malformed: The client went away before it was whole.
    """
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedForm("Send the body as it is, without Content-Encoding.")
    too_large = TooLarge(f"The body may have {most_bytes} bytes at most.")
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced[:20]) > most_bytes:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(within_s):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most_bytes:
                    raise too_large
    except TimeoutError as error:
        raise TooSlow("The body did not arrive in time.") from error
    except ClientDisconnect as error:
        raise Malformed("The body is not whole.") from error
    return bytes(body)
