"""SOAP 1.1 for connectors: envelopes are made and read in threads, our HTTP client is the wire."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar

from msgspec.structs import replace

from connectors.sdk.context import CallContext
from connectors.sdk.envelope import ServiceDescription, SoapFault
from connectors.sdk.http import HttpClient, HttpResponse, checked
from connectors.sdk.manifest import Limits
from schema.domain.errors import OutcomeUnknown, Rejected, SchemaDrift, SourceError, Unavailable

T = TypeVar("T")

# An envelope of a hundred records costs milliseconds: enough to keep off the event loop, and too
# little for more threads to help beside the interpreter's lock.
_THREADS = 2


class SoapClient:
    """The operations of one SOAP 1.1 service.

    The description is read from a file beside the connector, at the first call. `endpoint` is the
    path below the address of `http`, which belongs to the caller. `meaning` tells what a fault
    stands for; where it says None, a fault to a write is `OutcomeUnknown` unless it blames the
    request, and every other one `Rejected`.

    Concurrency: any number of callers; a cancelled call closes its connection.
    """

    def __init__(
        self,
        wsdl: Path,
        endpoint: str,
        http: HttpClient,
        limits: Limits,
        *,
        meaning: Callable[[SoapFault], SourceError | None] = lambda _: None,
    ) -> None:
        self._wsdl = wsdl
        self._endpoint = endpoint
        self._http = http
        self._limits = limits
        self._meaning = meaning
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="soap")
        self._lock = threading.Lock()
        self._description: ServiceDescription | None = None

    async def call(
        self, ctx: CallContext, operation: str, *, write: bool = False, **arguments: Any
    ) -> dict[str, Any]:
        """Call one operation; `write` says that it may change something.

        Shape: see `ServiceDescription.answer`; every value is text still.

        Raises:
            Unavailable: No answer in time, or an HTTP status that says so.
            Rejected: A fault; `reason` is its code. Or arguments that do not fit the description.
            SchemaDrift: No envelope, a cut one, or one with another answer.
            OutcomeUnknown: A write was sent, and nothing tells what came of it.
            Unsupported: The description lacks the operation or cannot be used.
            SourceError: What `meaning` says; what `checked` says of the HTTP status.
        """
        end = time.monotonic() + self._limits.timeout_s
        ctx = replace(ctx, deadline=min(ctx.deadline, end))
        try:
            body, action = await self._in_thread(ctx, self._request, operation, arguments)
        except TimeoutError as error:
            raise Unavailable("no time left to send the request") from error
        response = await self._http.request(
            ctx,
            "POST",
            self._endpoint,
            content=body,
            headers={"content-type": "text/xml; charset=utf-8", "soapaction": action},
            write=write,
        )
        return await self._answer(ctx, operation, response, write=write)

    async def aclose(self) -> None:
        """Let the threads go."""
        await asyncio.to_thread(self._threads.shutdown)

    async def _answer(
        self, ctx: CallContext, operation: str, response: HttpResponse, *, write: bool
    ) -> dict[str, Any]:
        # SOAP 1.1 sends faults with status 500 (its section 6.2); many systems send them with 200.
        is_fault_status = response.status == HTTPStatus.INTERNAL_SERVER_ERROR
        if not is_fault_status:
            checked(response, write=write)
        try:
            found = await self._in_thread(ctx, self._read, operation, response.body)
        except TimeoutError as error:
            raise _unread(Unavailable("no time left to read the answer"), write=write) from error
        except SchemaDrift as error:
            if is_fault_status:
                checked(response, write=write)
            raise _unread(error, write=write) from None
        if isinstance(found, SoapFault):
            raise self._meaning(found) or _unmapped(found, write=write)
        if is_fault_status:
            checked(response, write=write)
        return found

    def _request(self, operation: str, arguments: dict[str, Any]) -> tuple[bytes, str]:
        return self._described().request(operation, arguments)

    def _read(self, operation: str, body: bytes) -> dict[str, Any] | SoapFault:
        return self._described().answer(operation, body)

    def _described(self) -> ServiceDescription:
        with self._lock:
            if self._description is None:
                self._description = ServiceDescription(self._wsdl)
            return self._description

    async def _in_thread(self, ctx: CallContext, work: Callable[..., T], *given: Any) -> T:
        async with asyncio.timeout(ctx.remaining_s):
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *given)


def _unread(error: SourceError, *, write: bool) -> SourceError:
    return OutcomeUnknown(str(error)) if write else error


def _unmapped(fault: SoapFault, *, write: bool) -> SourceError:
    # A Client fault says that the message was not processed (SOAP 1.1, section 4.4.1).
    if write and fault.code.partition(".")[0] != "Client":
        return OutcomeUnknown("the system answered a write with a fault")
    return Rejected("the system answered with a fault", reason=fault.code or None)
