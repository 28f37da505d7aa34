"""Files in a folder and on an SFTP server, answered from memory."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from connectors.declarative.file import FileWire
from connectors.declarative.model.request import FileRequest
from connectors.declarative.model.source import FileSource
from schema.domain.errors import Rejected, SchemaDrift, Unavailable, Unsupported
from tests.unit.connectors.declarative.places import call, sftp_server, surroundings

BY_SKU = FileRequest(where={"sku": "{keys}"})
SFTP = {
    "host": "127.0.0.1",
    "port": "{config.port}",
    "username": "partner",
    "password": "{config.password}",
    "fingerprint": "{config.fingerprint}",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two nights' files, and another that is none."""
    (tmp_path / "asn_20261119.csv").write_bytes(b"sku,qty\nA,1\n")
    (tmp_path / "asn_20261120.csv").write_bytes(b"sku,qty\nA,2\nB,3\n")
    (tmp_path / "zzz.txt").write_bytes(b"")
    return tmp_path


def wire(folder: object, values: dict[str, Any] | None = None, **keys: Any) -> FileWire:
    """A wire to a folder; more keys are those of a file source."""
    source = FileSource.model_validate(
        {"kind": "file", "pattern": "asn_*.csv", "folder": "{config.folder}", **keys}
    )
    return FileWire(source, surroundings({"config.folder": str(folder), **(values or {})}))


async def quantities(wire: FileWire, *skus: str, seconds: float = 10.0) -> dict[str, str]:
    """What the newest file says of some SKUs."""
    answer = await wire.ask(call(seconds), BY_SKU, {"keys": list(skus)})
    return {row["sku"]: row["qty"] for row in answer.content}


async def test_the_newest_file_answers(folder: Path) -> None:
    """The last by name; another version of it, and a newer one, are seen at once."""
    files = wire(folder)

    assert {"A": "2", "B": "3"} == await quantities(files, "A", "B", "C")

    (folder / "asn_20261120.csv").write_bytes(b"sku,qty\nA,20\n")
    assert {"A": "20"} == await quantities(files, "A", "B")

    (folder / "asn_20261121.csv").write_bytes(b"sku,qty\nA,30\n")
    assert {"A": "30"} == await quantities(files, "A")
    await files.aclose()


async def test_a_file_that_has_not_changed_is_not_read_again(folder: Path) -> None:
    """Its time and size tell; what they hide is not seen."""
    files = wire(folder)
    path = folder / "asn_20261120.csv"
    seen = path.stat()
    assert {"A": "2"} == await quantities(files, "A")

    path.write_bytes(b"sku,qty\nA,9\nB,3\n")
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))

    assert {"A": "2"} == await quantities(files, "A")
    await files.aclose()


async def test_what_stands_beside_the_rows(folder: Path) -> None:
    """When the file was written, and its trailer: records tell as of when they are."""
    path = folder / "asn_20261120.csv"
    path.write_bytes(b"sku,qty\nA,2\nEND,1,2026/11/20 02:30\n")
    os.utime(path, (1_795_000_000, 1_795_000_000))
    files = wire(folder, trailer=1)
    answer = await files.ask(call(), BY_SKU, {"keys": ["A"]})
    await files.aclose()

    beside = {
        "@modified": "2026-11-18T11:06:40+00:00",
        "@trailer": ["END", "1", "2026/11/20 02:30"],
    }
    assert [{"sku": "A", "qty": "2", **beside}] == answer.content


async def test_a_folder_without_files(tmp_path: Path) -> None:
    """Nothing is known, which may change: it is no empty answer."""
    for files in (wire(tmp_path), wire(tmp_path / "gone")):
        with pytest.raises(Unavailable, match="folder"):
            await quantities(files, "A")
        await files.aclose()


async def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    """It would hold for ever whoever opens it."""
    os.mkfifo(tmp_path / "asn_1.csv")
    files = wire(tmp_path)
    with pytest.raises(Unavailable, match="no file"):
        await quantities(files, "A")
    await files.aclose()


async def test_files_are_only_read(folder: Path) -> None:
    """A write has nowhere to go."""
    files = wire(folder)
    with pytest.raises(Unsupported):
        await files.ask(call(), BY_SKU, {"keys": ["A"]}, write=True)
    await files.aclose()


async def test_a_file_on_a_server(folder: Path) -> None:
    """Known by its host key's fingerprint; a visit serves many calls."""
    async with sftp_server(folder) as server:
        values = {
            "config.port": server.port,
            "config.password": "sample-word",
            "config.fingerprint": server.fingerprint,
        }
        files = wire("/", values, sftp=SFTP)
        found = await asyncio.gather(*(quantities(files, "A", "B") for _ in range(5)))
        await files.aclose()

    assert [{"A": "2", "B": "3"}] * 5 == found
    assert 1 == server.visits


async def test_a_private_key_and_known_hosts(folder: Path, tmp_path_factory: Any) -> None:
    """The other way in, and the other way to know the server."""
    own = tmp_path_factory.mktemp("own")
    async with sftp_server(folder) as server:
        server.key.write_private_key(str(own / "key"))
        (own / "known").write_text(server.known_hosts)
        files = wire(
            "/",
            {"config.port": server.port},
            sftp={
                "host": "127.0.0.1",
                "port": "{config.port}",
                "username": "partner",
                "private_key": str(own / "key"),
                "known_hosts": str(own / "known"),
            },
        )

        assert {"B": "3"} == await quantities(files, "B")
        await files.aclose()


@pytest.mark.parametrize("known_by", [{"fingerprint": "SHA256:other"}, {}])
async def test_another_server_is_not_told_our_password(
    folder: Path, known_by: dict[str, str]
) -> None:
    """Nor one of which nothing is known."""
    sftp = {**SFTP, "fingerprint": None, "password": "sample-word", **known_by}
    async with sftp_server(folder) as server:
        files = wire("/", {"config.port": server.port}, sftp=sftp)
        with pytest.raises(Rejected, match="not the one that is known"):
            await quantities(files, "A")
        await files.aclose()


async def test_a_wrong_password_is_refused(folder: Path) -> None:
    """The message shows neither name nor password."""
    async with sftp_server(folder) as server:
        values = {
            "config.port": server.port,
            "config.password": "another-word",
            "config.fingerprint": server.fingerprint,
        }
        files = wire("/", values, sftp=SFTP)
        with pytest.raises(Rejected, match="does not let us in") as caught:
            await quantities(files, "A")
        await files.aclose()

    assert "another-word" not in str(caught.value)
    assert "partner" not in str(caught.value)


async def test_a_server_that_is_away_or_silent() -> None:
    """Nobody waits longer than the deadline, and closing ends what is under way."""
    gone = asyncio.Event()

    async def silence(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await gone.wait()
        writer.close()

    server = await asyncio.start_server(silence, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    values = {"config.port": port, "config.password": "p", "config.fingerprint": "SHA256:x"}
    files = wire("/", values, sftp=SFTP)
    with pytest.raises(Unavailable, match="in time"):
        await quantities(files, "A", seconds=0.1)
    await files.aclose()
    gone.set()
    server.close()
    await server.wait_closed()

    files = wire("/", values, sftp=SFTP)
    with pytest.raises(Unavailable, match="cannot be reached"):
        await quantities(files, "A")
    await files.aclose()


async def test_a_file_that_is_too_large(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not taken into memory, here or from a server."""
    monkeypatch.setattr("connectors.declarative.file_folder.LARGEST", 10)
    local = wire(folder)
    with pytest.raises(SchemaDrift, match="larger"):
        await quantities(local, "A")
    await local.aclose()
    async with sftp_server(folder) as server:
        values = {
            "config.port": server.port,
            "config.password": "sample-word",
            "config.fingerprint": server.fingerprint,
        }
        files = wire("/", values, sftp=SFTP)
        with pytest.raises(SchemaDrift, match="larger"):
            await quantities(files, "A")
        await files.aclose()
