"""The newest file, read once for each of its versions and answered from memory."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from connectors.declarative import file_folder
from connectors.declarative.file_folder import Version
from connectors.declarative.file_table import FileTable
from connectors.sdk.context import CallContext
from schema.domain.errors import Unavailable

Read = tuple[Version, FileTable]


class FilePlace(Protocol):
    """Where files come."""

    async def newest(self, known: Version | None) -> tuple[Version, bytes | None]:
        """The newest file's version, and its content unless that version is known."""
        ...

    async def aclose(self) -> None:
        """Let go of what it holds."""
        ...


class LocalFolder:
    """A folder of this machine, or one that is mounted.

    One thread looks into it, so that a folder that hangs holds that thread alone.
    """

    def __init__(self, folder: Path, pattern: str) -> None:
        self._folder = folder
        self._pattern = pattern
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="folder")

    async def newest(self, known: Version | None) -> tuple[Version, bytes | None]:
        """See `FilePlace.newest`."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._newest, known)

    async def aclose(self) -> None:
        """Let the thread go, without waiting for a folder that hangs."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _newest(self, known: Version | None) -> tuple[Version, bytes | None]:
        version = file_folder.newest(self._folder, self._pattern)
        return version, None if version == known else file_folder.content(version)


class FileReader:
    """Answers from the newest file.

    `check_s` is for how many seconds a file counts as the newest before the place is asked again.
    Concurrency: any number of callers; those who come while the place is asked wait for the same
    answer, each no longer than its own deadline.
    """

    def __init__(
        self,
        place: FilePlace,
        parse: Callable[[bytes], FileTable],
        *,
        check_s: float,
        timeout_s: float,
    ) -> None:
        self._place = place
        self._parse = parse
        self._check_s = check_s
        self._timeout_s = timeout_s
        self._known: tuple[Version, FileTable] | None = None
        self._checked_at = float("-inf")
        self._work: asyncio.Task[Read] | None = None

    async def newest(self, ctx: CallContext) -> Read:
        """The newest file's version and rows.

        Raises:
            Unavailable: The place does not answer in time, or has no such file.
            SchemaDrift: The file has another form.
            Rejected: The server does not let us in.
        """
        now = asyncio.get_running_loop().time()
        if self._known is not None and now - self._checked_at < self._check_s:
            return self._known
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._look())
            self._work.add_done_callback(_noticed)
        try:
            async with asyncio.timeout(min(ctx.remaining_s, self._timeout_s)):
                return await asyncio.shield(self._work)
        except TimeoutError as error:
            raise Unavailable("the file's place did not answer in time") from error

    async def aclose(self) -> None:
        """Give up what is being read."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.wait([self._work])
        await self._place.aclose()

    async def _look(self) -> Read:
        known = self._known
        version, content = await self._place.newest(known[0] if known else None)
        if content is not None:
            self._known = (version, await asyncio.to_thread(self._parse, content))
        self._checked_at = asyncio.get_running_loop().time()
        if self._known is None:
            raise Unavailable("the file's place told of no content")
        return self._known


def _noticed(work: "asyncio.Task[Read]") -> None:
    """Take note of a failure that nobody waited for until the end."""
    if not work.cancelled():
        work.exception()
