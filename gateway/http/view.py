"""GraphQL over HTTP: the draft of the GraphQL working group, for queries and mutations."""

import asyncio
import logging
from collections.abc import AsyncGenerator

from graphql import OperationType
from starlette.requests import Request
from starlette.responses import Response

from gateway.http.answer import answered, failed, refused
from gateway.http.authentication import Authenticator
from gateway.http.body import read_body
from gateway.http.errors import (
    AddressTooLong,
    NotAcceptable,
    Refusal,
    RequestErrors,
    UnsupportedForm,
    WrongMethod,
)
from gateway.http.event_stream import EventStream
from gateway.http.execution import Answer, Runner
from gateway.http.media_type import EVENTS, GRAPHQL, HTML, JSON, best, content_type
from gateway.http.playground import playground
from gateway.http.request import GraphQLRequest, from_json, from_query_string
from gateway.http.settings import HttpSettings

log = logging.getLogger(__name__)

# In the order that decides where a client does not mind.
_FORMS = (JSON, GRAPHQL, EVENTS)


class GraphQLView:
    """Answers GET and POST at the graph's address."""

    def __init__(
        self,
        settings: HttpSettings,
        runner: Runner,
        keys: Authenticator,
        ending: asyncio.Event,
    ) -> None:
        self._ending = ending
        self._settings = settings
        self._runner = runner
        self._keys = keys

    async def answer(self, request: Request) -> Response:
        """Answer one request; nothing that it sends makes this raise."""
        trace: str = request.state.request_id
        accept = request.headers.get("accept")
        is_browser = request.method != "POST" and best(accept, (*_FORMS, HTML)) == HTML
        if is_browser and self._settings.playground:
            return playground()
        form = best(accept, _FORMS)
        try:
            return await self._answer(request, form, trace)
        except Refusal as refusal:
            return refused(refusal, trace, form)
        except Exception:
            log.exception("a request failed")
            return failed(trace)

    async def _answer(self, request: Request, form: str | None, trace: str) -> Response:
        if form is None:
            raise NotAcceptable(f"Accept one of: {GRAPHQL}, {JSON}, {EVENTS}.")
        actor = self._keys.actor(request.headers)
        asked = await self._asked(request)
        try:
            operation = self._runner.prepare(asked, actor, trace)
        except RequestErrors as error:
            answer: Answer = {"errors": error.entries}
            if form == EVENTS:
                return EventStream(_one(answer), self._ending)
            return answered(answer, form)
        if request.method != "POST" and operation.kind is OperationType.MUTATION:
            raise WrongMethod("Send a mutation with POST.")
        if form == EVENTS:
            return EventStream(self._runner.answers(operation), self._ending)
        if operation.kind is OperationType.SUBSCRIPTION:
            raise NotAcceptable(f"A subscription is answered as {EVENTS}, or over a websocket.")
        return answered(await self._runner.run(operation), form)

    async def _asked(self, request: Request) -> GraphQLRequest:
        if request.method != "POST":
            if len(request.url.query) > self._settings.body_bytes:
                raise AddressTooLong("The address is too long: send the request with POST.")
            return from_query_string(request.query_params)
        given = content_type(request.headers.get("content-type", ""))
        if given is None or given.name != JSON or not given.is_utf8:
            raise UnsupportedForm(f"Send the request as {JSON} in UTF-8.")
        body = await read_body(
            request, most_bytes=self._settings.body_bytes, within_s=self._settings.deadline_s
        )
        return from_json(body)


async def _one(answer: Answer) -> AsyncGenerator[Answer, None]:
    yield answer
