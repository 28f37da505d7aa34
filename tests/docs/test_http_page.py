import ast
import itertools
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import pytest

from gateway.http import errors as http_errors
from gateway.http.messages import PROTOCOL, Close
from gateway.payments.failures import REFUSED_AT_START
from schema.domain.errors import TillgraphError
from tests.docs.pages import ROOT, page
from tests.e2e.estate import Estate

PAGE = page("docs/http.md")
ADDRESS = "http://127.0.0.1:8080"
T = TypeVar("T")


def _ours(kind: type[T]) -> list[type[T]]:
    """A class and those below it that are the project's: tests may declare errors of their own."""
    below = [it for child in kind.__subclasses__() for it in _ours(child)]
    return [kind, *below] if kind.__module__.startswith(("gateway.", "schema.")) else below


def _user_codes(path: Path) -> Iterator[str]:
    """The codes that a module puts into user errors."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        if name == "UserErrorRecord":
            given = [*node.args[:1], *(it.value for it in node.keywords if it.arg == "code")]
        elif name in {"user_error", "_amount_invalid"}:
            given = [it.value for it in node.keywords if it.arg == "code"]
        else:
            continue
        yield from (str(it.value) for it in given if isinstance(it, ast.Constant))


def test_every_code_is_told() -> None:
    """And none is that does not exist."""
    domain = {it.code for it in _ours(TillgraphError)}
    graphql = {
        http_errors.PARSE_FAILED,
        http_errors.VALIDATION_FAILED,
        http_errors.BAD_USER_INPUT,
        http_errors.OPERATION_UNCLEAR,
    }
    modules = itertools.chain((ROOT / "gateway").rglob("*.py"), (ROOT / "schema").rglob("*.py"))
    user = {code for path in modules for code in _user_codes(path)} | {*REFUSED_AT_START.values()}

    assert domain | graphql | user == {*PAGE.table("code")}


def test_every_status_of_a_refusal_is_told() -> None:
    """Beside those of answers, of health and of webhooks."""
    refusals = {str(it.status.value) for it in _ours(http_errors.Refusal)}

    assert refusals | {"200", "404", "500", "503"} == {*PAGE.table("status")}


def test_every_close_code_is_told() -> None:
    """A client must know which of them to come again after."""
    assert {str(it.value) for it in Close} == {*PAGE.table("closed with")}


def _examples() -> Iterator[tuple[str, str]]:
    for block in PAGE.blocks("console"):
        command, _, answer = re.sub(r"\\\n", "", block.text.removeprefix("$ ")).partition("\n")
        yield command, answer


@pytest.mark.parametrize(("command", "answer"), list(_examples()))
def test_a_request_is_answered_as_shown(command: str, answer: str, estate: Estate) -> None:
    """By curl itself, as a reader would send it."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    told = subprocess.run(
        ["sh", "-c", command.replace(f"{ADDRESS}/graphql", estate.url)],
        capture_output=True,
        check=True,
        text=True,
        env={"TILLGRAPH_KEY": "none is configured"},
    ).stdout

    assert ADDRESS in command
    assert answer.strip() == told.strip()


async def test_the_words_over_a_websocket_are_these(estate: Estate) -> None:
    """The page's own, said and heard in its order."""
    [talk] = PAGE.blocks("text")
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(estate.websocket, protocols=[PROTOCOL]) as socket,
    ):
        for line in talk.text.splitlines():
            words: dict[str, Any] = json.loads(line[2:])
            if line.startswith(">"):
                await socket.send_json(words)
            else:
                assert words == await socket.receive_json()


async def test_what_is_missing_is_told_as_shown(estate: Estate) -> None:
    """With the OMS dead, as the page says."""
    [query], [answer] = PAGE.blocks("graphql"), PAGE.blocks("json")
    await estate.turn("oms", "dead")

    told = await estate.client().ask(query.text)

    assert json.loads(answer.text) == told.body
