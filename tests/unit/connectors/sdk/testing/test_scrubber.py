"""What is recorded tells of nobody, and the same person is the same stranger everywhere."""

import json

import pytest

from connectors.sdk.testing.http_message import HttpAnswer, HttpRequest
from connectors.sdk.testing.scrubber import Scrubber, fake

PEOPLE = ("佐藤 誠", "makoto@example.jp", "+81312345678", "M00000001")
SCRUBBER = Scrubber(["key-of-ours"], PEOPLE, private=["kana"])


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("makoto@example.jp", "Makoto@Example.JP"), ("+81312345678", "03-1234-5678")],
)
def test_same_stranger(ours: str, theirs: str) -> None:
    """However a system writes a value, it is replaced, and by what means the same."""

    def plain(text: str) -> str:
        return "".join(it for it in text.casefold() if it.isalnum())[-9:]

    assert ours not in SCRUBBER.text(ours)
    assert theirs not in SCRUBBER.text(theirs)
    assert plain(SCRUBBER.text(ours)) == plain(SCRUBBER.text(theirs))


def test_json() -> None:
    """Values within JSON are replaced, also within a longer text; what is nobody's stays."""
    body = {
        "last": "佐藤",
        "kana": "サトウ",
        "note": "call M00000001, again",
        "total": 1980,
        "access_token": "abc",
        "title": "青いシャツ",
        "list": [None, "makoto@example.jp"],
    }

    found = json.loads(SCRUBBER.body(json.dumps(body).encode()))

    assert {"total": 1980, "title": "青いシャツ"} == {it: found[it] for it in ("total", "title")}
    assert "scrubbed" == found["access_token"]
    told = json.dumps(found, ensure_ascii=False)
    assert not any(it in told for it in ("佐藤", "サトウ", "M00000001", "makoto", "abc"))
    assert body.keys() == found.keys()


def test_xml() -> None:
    """Texts of elements and attributes are replaced."""
    body = '<a key="key-of-ours"><kana>サトウ</kana><name>佐藤</name><n>1</n></a>'.encode()

    found = SCRUBBER.body(body).decode()

    assert "<n>1</n>" in found
    assert not any(it in found for it in ("佐藤", "サトウ", "key-of-ours"))


def test_request() -> None:
    """A request keeps no header, and in its address nobody, however it is encoded."""
    target = (
        "/customers?email=makoto%40example.jp&key=key-of-ours&name=%E4%BD%90%E8%97%A4%20%E8%AA%A0"
    )
    request = HttpRequest("GET", target, {"authorization": "Basic abc"}, b"")

    found = SCRUBBER.request(request)

    assert {} == found.headers
    assert not any(it in found.target for it in ("makoto", "key-of-ours", "%E4%BD%90%E8%97%A4"))


def test_answer() -> None:
    """An answer loses the headers that tell who we are."""
    answer = HttpAnswer(200, {"set-cookie": "a=b", "content-type": "text/plain"}, b"key-of-ours")

    found = SCRUBBER.answer(answer)

    assert HttpAnswer(200, {"content-type": "text/plain"}, b"scrubbed") == found


@pytest.mark.parametrize("text", ["M00000001", "佐藤 誠", "Ab-12", "03-1234-5678"])
def test_shape(text: str) -> None:
    """What replaces a value has its shape."""

    def shape(it: str) -> str:
        return "9" if it.isdigit() else "a" if it.isalpha() else it

    assert [shape(it) for it in text] == [shape(it) for it in fake(text)]
    assert text != fake(text)
    assert fake(text) == fake(text)
