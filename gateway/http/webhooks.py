"""Events that systems send. Their signatures are over the raw bytes, so nothing is decoded here."""

import logging
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from gateway.http.answer import refused
from gateway.http.body import read_body
from gateway.http.errors import Refusal, TooLarge, UnsupportedForm, webhook_status
from gateway.http.operations import Operations
from gateway.http.settings import HttpSettings

log = logging.getLogger(__name__)


class Webhooks:
    """Takes what is posted to a system's address."""

    def __init__(self, settings: HttpSettings, operations: Operations) -> None:
        self._settings = settings
        self._operations = operations

    async def take(self, request: Request) -> Response:
        """Take one event; an empty answer says what became of it.

        What is refused is counted where the system's events are kept, and logged there: a flood of
        forged ones must not become a flood of lines.
        """
        source: str = request.path_params["source"]
        try:
            body = await read_body(
                request, most_bytes=self._settings.body_bytes, within_s=self._settings.deadline_s
            )
        except TooLarge:
            return self._not_read(source, "too_large")
        except UnsupportedForm:
            return self._not_read(source, "encoding")
        except Refusal as refusal:
            return refused(refusal, request.state.request_id, None)
        try:
            await self._operations.webhook(source, body, dict(request.headers))
        except Exception as error:
            status = webhook_status(error)
            if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                log.warning("an event was not taken", exc_info=error, extra={"status": status})
            return Response(status_code=status)
        return Response(status_code=HTTPStatus.OK)

    def _not_read(self, source: str, reason: str) -> Response:
        """What a body is told that was not even read: the same as one that is forged."""
        self._operations.webhook_refused(source, reason)
        return Response(status_code=HTTPStatus.BAD_REQUEST)
