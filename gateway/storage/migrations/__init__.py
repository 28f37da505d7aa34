"""Brings the tables up to date, step by step."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

if TYPE_CHECKING:
    from alembic.config import Config

_FOLDER = Path(__file__).parent


def upgrade(connection: Connection) -> None:
    """Bring the tables of an open transaction up to date. What is up to date is left alone."""
    if _present(connection) == newest():
        return
    # Most starts have nothing to do, and Alembic is dear to load: 8 MiB, and a tenth of a second.
    from alembic import command  # noqa: PLC0415

    command.upgrade(configuration(connection), "head")


def newest() -> str:
    """The newest step: their files are named by them."""
    return max(file.name.partition("_")[0] for file in _FOLDER.glob("versions/[0-9]*.py"))


def configuration(connection: Connection | None = None) -> "Config":
    """Alembic's configuration: the steps in this folder, on a connection of ours."""
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _present(connection: Connection) -> str | None:
    """The step that the tables are at; None where there are none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
