"""The rows of a file, by column: CSV, or fields of fixed widths."""

import csv
import io
from collections.abc import Collection, Mapping, Sequence

from connectors.declarative.model.source import Column, FileSource
from connectors.sdk.reading import drift
from schema.domain.errors import SchemaDrift

Row = Mapping[str, str]

_SPOILT = "\ufffd"  # what stands for bytes that are no text


class FileTable:
    """A whole file in memory. Rows are found by what their columns hold.

    `torn` are the rows with another number of fields than the header. Of such a row only the first
    field is known for certain. `trailer` is the first row that is none.

    Concurrency: any number of readers.
    """

    def __init__(
        self,
        header: Sequence[str],
        rows: Sequence[Row],
        torn: Sequence[Row],
        trailer: Sequence[str] = (),
    ) -> None:
        self.trailer = trailer
        self._header = header
        self._rows = rows
        self._torn = torn
        self._indexes: dict[str, dict[str, list[Row]]] = {}

    def find(self, where: Mapping[str, Collection[str]]) -> Sequence[Row]:
        """The rows whose columns each hold one of some values, in the order of the file.

        Shape: a torn row is there with its key alone, where its key is the first column: it hurts
        no other key then.

        Raises:
            SchemaDrift: The file has no such column, or a row whose key cannot be told.
        """
        if not where:
            if self._torn:
                raise _torn()
            return self._rows
        (column, values), *rest = where.items()
        index = self._index(column)
        found = [row for value in dict.fromkeys(values) for row in index.get(value, ())]
        return [row for row in found if all(row.get(it) in given for it, given in rest)]

    def _index(self, column: str) -> dict[str, list[Row]]:
        if column not in self._indexes:
            if column not in self._header:
                raise drift("header", "has not the column that is asked for")
            if self._torn and column != self._header[0]:
                raise _torn()
            index: dict[str, list[Row]] = {}
            for row in (*self._rows, *self._torn):
                index.setdefault(row[column], []).append(row)
            if any(not key or _SPOILT in key for key in index):
                raise drift("row", "has no key, or one in another encoding")
            self._indexes[column] = index
        return self._indexes[column]


def file_table(content: bytes, source: FileSource) -> FileTable:
    """Read a file's content. Texts are without the spaces around them.

    Bytes that the encoding does not know spoil the field that has them.

    Raises:
        SchemaDrift: The file, its header or its trailer has another form.
    """
    lines = _fixed(content, source) if source.format == "fixed" else _separated(content, source)
    lines, trailer = _without_trailer(lines[source.skip_first :], source)
    rows = lines[1:] if source.header else lines
    _check_trailer(trailer, len(rows), source)
    header = _header(lines, source)
    whole = [row for row in rows if len(row) == len(header)]
    torn = [row for row in rows if len(row) != len(header)]
    return FileTable(
        header,
        [dict(zip(header, row, strict=True)) for row in whole],
        [{header[0]: row[0]} for row in torn],
        trailer,
    )


def _torn() -> SchemaDrift:
    return drift("row", "has another number of fields than the header")


def _separated(content: bytes, source: FileSource) -> list[list[str]]:
    text = content.decode(source.encoding, errors="replace").removeprefix("\ufeff")
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=source.delimiter,
        quotechar=source.quote,
        strict=True,
    )
    try:
        return [[field.strip() for field in line] for line in reader if line]
    except csv.Error:
        # Its text may quote the file, so it is not chained.
        raise drift("file", "expected lines of quoted and separated fields") from None


def _fixed(content: bytes, source: FileSource) -> list[list[str]]:
    columns = _columns(source)
    if source.widths_in == "bytes":
        lines = [line for line in content.splitlines() if line.strip()]
        return [
            [_slice(line, it).decode(source.encoding, errors="replace").strip() for it in columns]
            for line in lines
        ]
    text = content.decode(source.encoding, errors="replace").removeprefix("\ufeff")
    # Not splitlines(), which also breaks at characters that are part of a text.
    rows = [row for row in text.replace("\r\n", "\n").split("\n") if row.strip()]
    return [[row[it.start - 1 : it.start - 1 + it.width].strip() for it in columns] for row in rows]


def _slice(line: bytes, column: Column) -> bytes:
    return line[column.start - 1 : column.start - 1 + column.width]


def _columns(source: FileSource) -> list[Column]:
    return [it for it in source.columns if isinstance(it, Column)]


def _without_trailer(
    lines: list[list[str]], source: FileSource
) -> tuple[list[list[str]], list[str]]:
    if not source.trailer:
        return lines, []
    if len(lines) < source.trailer:
        raise drift("trailer", "missing, so that the file may be cut off")
    return lines[: -source.trailer], lines[-source.trailer]


def _check_trailer(trailer: Sequence[str], rows: int, source: FileSource) -> None:
    if source.trailer_mark is not None and trailer[:1] != [source.trailer_mark]:
        raise drift("trailer", "missing, so that the file may be cut off")
    place = source.trailer_count
    if place is not None and trailer[place - 1 : place] != [str(rows)]:
        raise drift("trailer", "its count is not that of the rows")


def _header(rows: Sequence[Sequence[str]], source: FileSource) -> Sequence[str]:
    names = [it.name if isinstance(it, Column) else it for it in source.columns]
    if source.header and source.format == "csv":
        names = list(rows[0]) if rows else []
        expected = [it for it in source.columns if isinstance(it, str)]
        if lacking := [it for it in expected if it not in names]:
            raise drift("header", f"expected {', '.join(lacking)}")
    if not names:
        raise drift("header", "missing")
    if len(set(names)) < len(names):
        raise drift("header", "expected each column once")
    return names
