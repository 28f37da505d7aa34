"""What wires are made with in tests, and a real SFTP server."""

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncssh
from typing_extensions import override

from connectors.declarative.exchange import Surroundings
from connectors.declarative.faults import Faults
from connectors.declarative.model.file import ErrorRule
from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpClients
from connectors.sdk.manifest import Limits
from schema.domain.scope import Actor


def call(seconds: float = 10.0) -> CallContext:
    """A call that may take so many seconds."""
    return CallContext(time.monotonic() + seconds, Actor("test", "staff"), "trace")


def surroundings(
    values: Mapping[str, Any] | None = None,
    *,
    folder: Path = Path(),
    timeout_s: float = 5.0,
    errors: Sequence[Mapping[str, Any]] = (),
) -> Surroundings:
    """The surroundings of a wire, with configuration values by their templates' names."""
    return Surroundings(
        values=dict(values or {}),
        folder=folder,
        limits=Limits(timeout_s=timeout_s),
        http=HttpClients(),
        faults=Faults([ErrorRule.model_validate(rule) for rule in errors]),
    )


class SftpServer:
    """An SFTP server that shows one folder to the user `partner`."""

    def __init__(self, key: asyncssh.SSHKey) -> None:
        self.key = key
        self.port = 0
        self.visits = 0

    @property
    def fingerprint(self) -> str:
        """By what the server is known."""
        return self.key.get_fingerprint()

    @property
    def known_hosts(self) -> str:
        """The server's line in a known_hosts file."""
        key = self.key.export_public_key().decode().strip()
        return f"[127.0.0.1]:{self.port} {key}\n"


class _Gate(asyncssh.SSHServer):
    def __init__(self, server: SftpServer) -> None:
        self._server = server

    @override
    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._server.visits += 1

    @override
    def begin_auth(self, username: str) -> bool:
        return True

    @override
    def password_auth_supported(self) -> bool:
        return True

    @override
    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("partner", "sample-word")

    @override
    def public_key_auth_supported(self) -> bool:
        return True

    @override
    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return key.public_data == self._server.key.public_data


@asynccontextmanager
async def sftp_server(folder: Path) -> AsyncIterator[SftpServer]:
    """A server on a free port. Its host key is also its user's, to save making another."""
    server = SftpServer(asyncssh.generate_private_key("ssh-ed25519"))
    listener = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[server.key],
        server_factory=lambda: _Gate(server),
        sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(folder).encode()),
    )
    server.port = listener.get_port()
    try:
        yield server
    finally:
        listener.close()
        await listener.wait_closed()
