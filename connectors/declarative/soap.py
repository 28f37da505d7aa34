"""A SOAP 1.1 service as a source."""

from typing import Any

from connectors.declarative.credential import filled, fixed_headers
from connectors.declarative.exchange import Answer, Surroundings
from connectors.declarative.model.authentication import OAuth2Auth, SessionAuth
from connectors.declarative.model.request import SoapRequest
from connectors.declarative.model.source import SoapSource
from connectors.declarative.template import Render, Values, tree_of
from connectors.sdk.context import CallContext
from connectors.sdk.envelope import SoapFault, fits_xml
from connectors.sdk.soap import SoapClient
from schema.domain.errors import OutcomeUnknown, SourceError, Unavailable, Unsupported


class SoapWire:
    """The operations of the service whose description lies beside the file.

    A fault is shown to the file's error rules as `{"fault": {"code", "text", "detail"}}`.
    """

    def __init__(self, source: SoapSource, surroundings: Surroundings) -> None:
        self._values = surroundings.values
        self._faults = surroundings.faults
        if isinstance(source.auth, OAuth2Auth | SessionAuth):
            raise Unsupported("a SOAP source proves who we are by basic or header alone")
        self._http = surroundings.http.client(
            filled(source.base_url, surroundings.values),
            surroundings.limits,
            headers=fixed_headers(source, surroundings.values),
        )
        self._soap = SoapClient(
            surroundings.folder / source.wsdl,
            source.endpoint,
            self._http,
            surroundings.limits,
            meaning=self._meaning,
        )
        self._arguments: dict[int, tuple[SoapRequest, Render]] = {}

    def can_ask(self, key: str) -> bool:
        """See `Wire.can_ask`."""
        return bool(key) and fits_xml(key)

    async def ask(
        self, ctx: CallContext, request: SoapRequest, values: Values, *, write: bool = False
    ) -> Answer:
        """See `Wire.ask`. Every value of the content is a text still."""
        # A request lives as long as the file, and is held so that no other takes its identity.
        held = self._arguments.setdefault(id(request), (request, tree_of(request.arguments)))
        arguments: dict[str, Any] = held[1]({**self._values, **values})
        try:
            content = await self._soap.call(ctx, request.operation, write=write, **arguments)
        except _ServerFault as error:
            if write:
                raise OutcomeUnknown(str(error)) from None
            raise Unavailable(str(error)) from None
        self._faults.check(content)
        return Answer(content)

    async def aclose(self) -> None:
        """See `Wire.aclose`."""
        await self._soap.aclose()
        await self._http.aclose()

    def _meaning(self, fault: SoapFault) -> SourceError | None:
        told = {"code": fault.code, "text": fault.text, "detail": dict(fault.detail)}
        try:
            self._faults.check({"fault": told})
        except SourceError as error:
            return error
        # A Server fault is not the request's: it may succeed later (SOAP 1.1, section 4.4.1).
        is_server = fault.code.partition(".")[0] == "Server"
        return _ServerFault("the system answered with a fault of its own") if is_server else None


class _ServerFault(Unavailable):
    """A fault that the file says nothing of: what it means depends on what was asked."""
