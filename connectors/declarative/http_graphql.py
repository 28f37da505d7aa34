"""GraphQL over HTTP."""

from typing import Any

import msgspec

from connectors.declarative.exchange import Answer, Surroundings
from connectors.declarative.http_client import HttpSender
from connectors.declarative.model.request import GraphQlRequest
from connectors.declarative.model.source import GraphQlSource
from connectors.declarative.template import Render, Values, can_be_sent, path_of, tree_of
from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpResponse
from schema.domain.errors import OutcomeUnknown, Rejected

_HEADERS = {
    "accept": "application/graphql-response+json, application/json",
    "content-type": "application/json",
}


class GraphQlWire:
    """See `Wire`. An answer's content is the whole of it: `data` and what stands beside."""

    def __init__(self, source: GraphQlSource, surroundings: Surroundings) -> None:
        self._values = surroundings.values
        self._path = path_of(source.path)(surroundings.values)
        self._sender = HttpSender(source, surroundings, HttpResponse.json)
        # A file's requests live as long as its class, so that their identity is a key.
        self._variables: dict[int, Render] = {}

    def can_ask(self, key: str) -> bool:
        """See `Wire.can_ask`."""
        return can_be_sent(key)

    async def ask(
        self, ctx: CallContext, request: GraphQlRequest, values: Values, *, write: bool = False
    ) -> Answer:
        """See `Wire.ask`.

        Raises:
            Rejected: The answer holds errors that no rule of the file tells of; of a write, of
                which some part may have been done, `OutcomeUnknown`.
        """
        variables = self._variables.get(id(request))
        if variables is None:
            variables = self._variables[id(request)] = tree_of(request.variables)
        body: dict[str, Any] = {
            "query": request.query,
            "variables": variables({**self._values, **values}),
        }
        if request.operation:
            body["operationName"] = request.operation
        answer = await self._sender.send(
            ctx,
            "POST",
            self._path,
            content=msgspec.json.encode(body),
            headers=_HEADERS,
            write=write,
        )
        if isinstance(answer.content, dict) and answer.content.get("errors"):
            message = "the answer holds GraphQL errors"
            is_partial = write and answer.content.get("data") is not None
            raise OutcomeUnknown(message) if is_partial else Rejected(message)
        return answer

    async def aclose(self) -> None:
        """See `Wire.aclose`."""
        await self._sender.aclose()
