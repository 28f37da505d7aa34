"""Makes the warehouse's database."""

from pathlib import Path

from sqlalchemy import URL, Engine, NullPool, create_engine

from gateway.demo.data.records import Retailer
from gateway.demo.wms.rows import rows
from gateway.demo.wms.tables import METADATA


def file_of(url: URL) -> Path | None:
    """The database's file; None where it lies in a database server."""
    if url.get_backend_name() != "sqlite":
        return None
    return Path(url.database or "").absolute()


def make(url: URL, retailer: Retailer) -> None:
    """Make the database anew. A file appears whole or not at all."""
    path = file_of(url)
    if path is None:
        _fill(url, retailer)
        return
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    _fill(url.set(database=str(draft)), retailer)
    draft.replace(path)


def opened(url: URL) -> Engine:
    """An engine that keeps no connection, so that what it used can be removed at any time."""
    return create_engine(url, poolclass=NullPool)


def _fill(url: URL, retailer: Retailer) -> None:
    with opened(url).begin() as connection:
        METADATA.drop_all(connection)
        METADATA.create_all(connection)
        for table, content in rows(retailer).items():
            if content:
                connection.execute(table.insert(), content)
