"""Files as a source: the rows of the newest one."""

from collections.abc import Collection
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from connectors.declarative.exchange import Answer, Surroundings
from connectors.declarative.file_reader import FilePlace, FileReader, LocalFolder
from connectors.declarative.file_table import file_table
from connectors.declarative.model.request import FileRequest
from connectors.declarative.model.source import FileSource, SftpPlace
from connectors.declarative.template import ABSENT, Values, plain_text, text_of, tree_of
from connectors.sdk.context import CallContext
from schema.domain.errors import Unsupported

# How long the newest file of a server counts as such: to ask costs a connection.
_CHECK_S = 60.0


class FileWire:
    """A folder, here or on an SFTP server, whose newest file is held in memory.

    Concurrency: any number of callers.
    """

    def __init__(self, source: FileSource, surroundings: Surroundings) -> None:
        values = surroundings.values
        self._values = values
        self._faults = surroundings.faults
        self._reader = FileReader(
            _place(source, values),
            partial(file_table, source=source),
            check_s=_CHECK_S if source.sftp else 0.0,
            timeout_s=surroundings.limits.timeout_s,
        )

    def can_ask(self, key: str) -> bool:
        """See `Wire.can_ask`."""
        return bool(key)

    async def ask(
        self, ctx: CallContext, request: FileRequest, values: Values, *, write: bool = False
    ) -> Answer:
        """See `Wire.ask`. The content is a list of rows, by column.

        Beside the columns stand `@modified`, when the file was last written (ISO 8601, UTC), and
        `@trailer`, the fields of the first row below the records.
        """
        if write:
            raise Unsupported("files are only read")
        filled = tree_of(request.where)({**self._values, **values})
        version, table = await self._reader.newest(ctx)
        modified = datetime.fromtimestamp(version.modified, UTC).isoformat()
        beside = {"@modified": modified, "@trailer": list(table.trailer)}
        found = table.find({it: _texts(filled[it]) for it in filled})
        rows: list[dict[str, Any]] = [{**row, **beside} for row in found]
        self._faults.check(rows)
        return Answer(rows)

    async def aclose(self) -> None:
        """See `Wire.aclose`."""
        await self._reader.aclose()


def _texts(value: Any) -> Collection[str]:
    if isinstance(value, list | tuple):
        return {plain_text(it) for it in value}
    return {plain_text(value)}


def _place(source: FileSource, values: Values) -> FilePlace:
    folder = _filled(source.folder, values) or ""
    if source.sftp is None:
        return LocalFolder(Path(folder), source.pattern)
    # Loaded only here: the library is large, and few need it.
    from connectors.declarative.file_sftp import SftpFolder  # noqa: PLC0415

    return SftpFolder(_address(source.sftp, values), folder, source.pattern)


def _address(place: SftpPlace, values: Values) -> Any:
    from connectors.declarative.file_sftp import SftpAddress  # noqa: PLC0415

    filled = {name: _filled(text, values) for name, text in place.model_dump().items()}
    return msgspec.convert(filled, SftpAddress, strict=False)


def _filled(text: str | None, values: Values) -> str | None:
    found = text_of(text)(values) if text is not None else None
    return None if found is ABSENT else found
