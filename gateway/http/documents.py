"""Documents, parsed and validated, and kept for the next client that sends the same."""

from collections import OrderedDict

from graphql import DocumentNode, GraphQLSchema, GraphQLSyntaxError, parse, validate

from gateway.execution.weights import Weigh
from gateway.http.errors import (
    PARSE_FAILED,
    VALIDATION_FAILED,
    OverLimit,
    RequestErrors,
    TooDear,
    TooDeep,
    request_entries,
    told,
)
from gateway.http.known import Known
from gateway.http.settings import TOKENS_MAX, LimitSettings
from gateway.http.spread import check_spread

# 20 MB: a token is about 0.4 kB of nodes.
_KEPT_TOKENS = 50_000
# The lexer takes 0.15 microseconds a character, whatever it is: bounded tokens may be very long.
_CHARACTERS_A_TOKEN = 32
_ERRORS_MAX = 20


class Documents:
    """Valid documents by their text, the least recently used given up first."""

    def __init__(self, limits: LimitSettings, weigh: Weigh) -> None:
        self._limits = limits
        self._weigh = weigh
        self._schema: GraphQLSchema | None = None
        self._kept: OrderedDict[str, Known] = OrderedDict()
        self._weight = 0

    def document(self, schema: GraphQLSchema, text: str, trace: str) -> Known:
        """The document of a text. Raises `RequestErrors` when it may not be run."""
        if schema is not self._schema:
            self._schema, self._weight = schema, 0
            self._kept.clear()
        if (known := self._kept.get(text)) is not None:
            self._kept.move_to_end(text)
            return known
        try:
            document = self._valid(schema, text, trace)
        except TooDear as error:
            raise RequestErrors([told(error, trace)]) from error
        except RecursionError as error:
            raise RequestErrors([told(TooDeep(), trace)]) from error
        known = Known(schema, document, self._limits, self._weigh)
        self._keep(text, known)
        return known

    def _valid(self, schema: GraphQLSchema, text: str, trace: str) -> DocumentNode:
        document = self._parsed(text, trace)
        check_spread(document)
        if wrong := validate(schema, document, max_errors=_ERRORS_MAX):
            raise RequestErrors(request_entries(wrong, VALIDATION_FAILED, trace))
        return document

    def _parsed(self, text: str, trace: str) -> DocumentNode:
        tokens = self._limits.tokens if self._limits.mode == "enforce" else TOKENS_MAX
        characters = tokens * _CHARACTERS_A_TOKEN
        try:
            return parse(text, max_tokens=tokens, max_source_length=characters)
        except GraphQLSyntaxError as error:
            # The parser stops there: how many there would be is not known, nor whether it is valid.
            if error.message.endswith(f"contains more than {tokens} tokens. Parsing aborted."):
                raise OverLimit("tokens", None, tokens) from error
            raise RequestErrors(request_entries([error], PARSE_FAILED, trace)) from error

    def _keep(self, text: str, known: Known) -> None:
        self._kept[text] = known
        self._weight += known.document.token_count
        while self._weight > _KEPT_TOKENS and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._weight -= dropped.document.token_count
