import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from gateway.logging import Level, Style, configure
from schema.domain.errors import SchemaDrift


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def _lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def _configured(level: Level = "info", style: Style = "json") -> io.StringIO:
    stream = io.StringIO()
    configure(level, style, stream)
    return stream


def test_a_line_is_one_json_object() -> None:
    """Time, level and logger come with every line, whichever library wrote it."""
    stream = _configured()

    logging.getLogger("gateway.engine").info("asked %s", "pos", extra={"source": "pos"})
    structlog.get_logger("gateway.cli").warning("reloaded", problems=2)

    first, second = _lines(stream)
    assert ("asked pos", "info", "gateway.engine", "pos") == tuple(
        first[key] for key in ("event", "level", "logger", "source")
    )
    assert ("reloaded", "warning", "gateway.cli", 2) == tuple(
        second[key] for key in ("event", "level", "logger", "problems")
    )
    assert first["timestamp"].endswith("Z")


def test_unknown_keys_are_dropped() -> None:
    """What is not known to be harmless is not written."""
    stream = _configured()

    logging.getLogger("gateway.x").info("seen", extra={"email": "canary@example.com"})
    structlog.get_logger("gateway.x").info("seen", phone="canary")

    assert "canary" not in stream.getvalue()


def test_a_foreign_message_loses_its_arguments() -> None:
    """A library may log what a system sent; the sentence stays, the values go."""
    stream = _configured()

    logging.getLogger("zeep.transports").warning("answer was %s", "canary")

    (line,) = _lines(stream)
    assert "answer was %s" == line["event"]


def test_an_error_tells_its_kind_and_place_but_no_text() -> None:
    """An exception's text and source lines may hold what a customer sent."""
    stream = _configured()
    try:
        try:
            int("canary")
        except ValueError as error:
            raise KeyError("canary") from error
    except KeyError:
        logging.getLogger("gateway.x").exception("failed")
        structlog.get_logger("gateway.x").exception("failed")

    first, second = _lines(stream)
    assert "canary" not in stream.getvalue()
    assert "KeyError < ValueError" == first["error"] == second["error"]
    assert first["frames"][-1].endswith("test_an_error_tells_its_kind_and_place_but_no_text")


def test_one_of_our_errors_tells_its_text() -> None:
    """Its text holds no value by rule, and says what is wrong."""
    stream = _configured()

    logging.getLogger("gateway.x").warning("odd", exc_info=SchemaDrift("orders[].total: no number"))

    assert "SchemaDrift: orders[].total: no number" == _lines(stream)[0]["error"]


def test_the_level_is_obeyed() -> None:
    """Below it nothing is written."""
    stream = _configured("warning")

    logging.getLogger("gateway.x").info("quiet")
    logging.getLogger("gateway.x").warning("loud")

    assert ["loud"] == [line["event"] for line in _lines(stream)]


def test_requests_are_not_logged_by_the_server() -> None:
    """A request's line would hold its query string."""
    stream = _configured("debug")

    logging.getLogger("uvicorn.access").info("%s", "GET /graphql?query=canary")

    assert "" == stream.getvalue()


@pytest.mark.parametrize(
    ("style", "terminal", "for_people"),
    [
        ("auto", True, True),
        ("auto", False, False),
        ("json", True, False),
        ("console", False, True),
    ],
)
def test_people_at_a_terminal_get_text(
    monkeypatch: pytest.MonkeyPatch, style: Style, terminal: bool, for_people: bool
) -> None:
    """And everything else gets JSON, unless told otherwise."""
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: terminal)
    configure("info", style, stream)

    logging.getLogger("gateway.x").info("ready")

    assert for_people is not stream.getvalue().startswith("{")
    assert "ready" in stream.getvalue()
