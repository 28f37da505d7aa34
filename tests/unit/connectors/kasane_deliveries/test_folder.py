"""The folder as the file system shows it."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from connectors.kasane_deliveries import folder
from schema.domain.errors import SchemaDrift, Unavailable


def test_the_last_name_is_the_newest(tmp_path: Path) -> None:
    """Whenever the files were copied there."""
    for name in ("incoming_20261120.csv", "incoming_20261119.csv", "notes.csv"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    found = folder.newest(tmp_path)

    assert (tmp_path / "incoming_20261120.csv", 21) == (found.path, found.size)
    assert b"incoming_20261120.csv" == folder.content(found)


def test_another_content_is_another_version(tmp_path: Path) -> None:
    """And the same is the same."""
    path = tmp_path / "incoming_20261120.csv"
    path.write_text("a", encoding="utf-8")
    first = folder.newest(tmp_path)
    assert first == folder.newest(tmp_path)
    path.write_text("ab", encoding="utf-8")

    assert first != folder.newest(tmp_path)


def test_what_cannot_be_read_is_unavailable(tmp_path: Path) -> None:
    """No folder, no file, a dangling link, a folder by the file's name, a file that goes."""
    path = tmp_path / "incoming_20261120.csv"
    for missing in (tmp_path / "absent", tmp_path):
        with pytest.raises(Unavailable):
            folder.newest(missing)
    path.symlink_to(tmp_path / "absent")
    with pytest.raises(Unavailable, match="FileNotFoundError"):
        folder.newest(tmp_path)
    path.unlink()
    path.mkdir()
    with pytest.raises(Unavailable, match="no file"):
        folder.newest(tmp_path)
    with pytest.raises(Unavailable, match="IsADirectoryError"):
        folder.content(folder.Version(path, 0, 0))


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    """It cannot be one of these."""
    path = tmp_path / "incoming_20261120.csv"
    path.write_text("a", encoding="utf-8")
    with pytest.raises(SchemaDrift, match="larger"):
        folder.content(replace(folder.newest(tmp_path), size=1 << 40))
