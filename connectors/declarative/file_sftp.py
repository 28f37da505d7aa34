"""A folder on an SFTP server."""

import posixpath
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fnmatch import fnmatchcase
from hmac import compare_digest
from typing import Any

import asyncssh
from msgspec import Struct
from typing_extensions import override

from connectors.declarative import file_folder
from connectors.declarative.file_folder import Version
from schema.domain.errors import Rejected, SourceError, Unavailable


class SftpAddress(Struct, frozen=True):
    """Where the server is, who we are there, and by what we know it.

    Either `known_hosts` (a file's path) or `fingerprint` (SHA256:…) tells the server from others.
    """

    host: str
    port: int
    username: str
    password: str | None = None
    private_key: str | None = None
    known_hosts: str | None = None
    fingerprint: str | None = None


class SftpFolder:
    """Looks for files in one folder. Each visit is a connection of its own.

    Raises, whatever is called: `Unavailable` where the server or file cannot be reached,
    `Rejected` where the server or we are not who the configuration says.
    """

    def __init__(self, address: SftpAddress, folder: str, pattern: str) -> None:
        self._address = address
        self._folder = folder
        self._pattern = pattern

    async def newest(self, known: Version | None) -> tuple[Version, bytes | None]:
        """The last file by name that fits the pattern, and its content unless it is known."""
        async with self._client() as client:
            version = await self._version(client)
            if version == known:
                return version, None
            async with client.open(version.path, "rb") as file:
                content: Any = await file.read(file_folder.LARGEST + 1)
            return version, file_folder.bounded(content)

    async def aclose(self) -> None:
        """Nothing is held between two visits."""

    async def _version(self, client: asyncssh.SFTPClient) -> Version:
        files = {
            str(it.filename): it.attrs
            async for it in client.scandir(self._folder)
            if fnmatchcase(str(it.filename), self._pattern)
        }
        if not files:
            raise Unavailable("the folder has no file whose name fits the pattern")
        name = max(files)
        attributes = files[name]
        if attributes.permissions is not None and not stat.S_ISREG(attributes.permissions):
            raise Unavailable("what bears the file's name is no file")
        path = posixpath.join(self._folder, name)
        return Version(path, float(attributes.mtime or 0), int(attributes.size or 0))

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[asyncssh.SFTPClient]:
        address = self._address
        host: Any = _Fingerprint(address.fingerprint) if address.fingerprint else None
        try:
            async with (
                asyncssh.connect(
                    address.host,
                    address.port,
                    username=address.username,
                    password=address.password,
                    client_keys=[address.private_key] if address.private_key else None,
                    # Empty lists trust nobody, and leave it to the fingerprint.
                    known_hosts=([], [], []) if host else address.known_hosts or ([], [], []),
                    client_factory=(lambda: host) if host else None,
                    # Nothing of the user's own surroundings: no agent and no configuration.
                    agent_path=None,
                    config=None,
                ) as connection,
                connection.start_sftp_client() as client,
            ):
                yield client
        except (asyncssh.Error, OSError, ValueError) as error:
            # Its text may hold paths and names, so it is not chained.
            raise _meaning(error) from None


class _Fingerprint(asyncssh.SSHClient):
    """Trusts the one host key whose fingerprint is known."""

    def __init__(self, fingerprint: str) -> None:
        self._fingerprint = fingerprint

    @override
    def validate_host_public_key(
        self,
        host: str,
        addr: str,
        port: int,
        key: asyncssh.SSHKey,
    ) -> bool:
        """See `asyncssh.SSHClient`."""
        return compare_digest(key.get_fingerprint().rstrip("="), self._fingerprint.rstrip("="))


def _meaning(error: Exception) -> SourceError:
    name = type(error).__name__
    if isinstance(error, asyncssh.HostKeyNotVerifiable):
        return Rejected("the SFTP server is not the one that is known", reason=name)
    if isinstance(error, asyncssh.PermissionDenied | asyncssh.SFTPPermissionDenied):
        return Rejected("the SFTP server does not let us in", reason=name)
    return Unavailable(f"the SFTP server or its file cannot be reached: {name}")
