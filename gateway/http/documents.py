"""Documents, parsed and validated, and kept for the next client that sends the same."""

from collections import OrderedDict

from graphql import DocumentNode, GraphQLSchema, GraphQLSyntaxError, parse, validate

from gateway.http.errors import (
    PARSE_FAILED,
    VALIDATION_FAILED,
    RequestErrors,
    TooDear,
    request_entries,
    told,
)
from gateway.http.spread import check_spread

# 20 MB: a token is about 0.4 kB of nodes.
_KEPT_TOKENS = 50_000
# The lexer takes 0.15 microseconds a character, whatever it is: bounded tokens may be very long.
_CHARACTERS_A_TOKEN = 32
_ERRORS_MAX = 20


class Documents:
    """Valid documents by their text, the least recently used given up first."""

    def __init__(self, tokens: int) -> None:
        self._tokens = tokens
        self._characters = tokens * _CHARACTERS_A_TOKEN
        self._schema: GraphQLSchema | None = None
        self._kept: OrderedDict[str, DocumentNode] = OrderedDict()
        self._weight = 0

    def document(self, schema: GraphQLSchema, text: str, trace: str) -> DocumentNode:
        """The document of a text. Raises `RequestErrors` when it may not be run."""
        if schema is not self._schema:
            self._schema, self._weight = schema, 0
            self._kept.clear()
        if (known := self._kept.get(text)) is not None:
            self._kept.move_to_end(text)
            return known
        try:
            document = self._valid(schema, text, trace)
        except (TooDear, RecursionError) as error:
            deep = TooDear("The document is nested too deeply.")
            reason = deep if isinstance(error, RecursionError) else error
            raise RequestErrors([told(reason, trace)]) from error
        self._keep(text, document)
        return document

    def _valid(self, schema: GraphQLSchema, text: str, trace: str) -> DocumentNode:
        try:
            document = parse(text, max_tokens=self._tokens, max_source_length=self._characters)
        except GraphQLSyntaxError as error:
            raise RequestErrors(request_entries([error], PARSE_FAILED, trace)) from error
        check_spread(document)
        if wrong := validate(schema, document, max_errors=_ERRORS_MAX):
            raise RequestErrors(request_entries(wrong, VALIDATION_FAILED, trace))
        return document

    def _keep(self, text: str, document: DocumentNode) -> None:
        self._kept[text] = document
        self._weight += document.token_count
        while self._weight > _KEPT_TOKENS and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._weight -= dropped.token_count
