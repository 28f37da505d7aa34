"""Takes secrets and people out of what is recorded, so that it can be committed.

What replaces a value depends on the value alone and has its shape: the same person is the same
stranger in every exchange, under every key.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

import msgspec
from lxml import etree

from connectors.sdk.testing.http_message import HttpAnswer, HttpRequest

_DROPPED = frozenset(
    {"authorization", "cookie", "date", "proxy-authorization", "server", "set-cookie", "x-api-key"}
)
_SECRET_FIELD = re.compile(r"(token|secret|password|passwd|api_?key)$", re.IGNORECASE)
_SCRUBBED = "scrubbed"
_SHORTEST = 4  # characters; a shorter text is replaced only where it is the whole value
_NUMBER_TAIL = 6  # digits that change: the rest tells the country, the area, the kind of card
_PHONE = re.compile(r"\+?[0-9][0-9 ()\-]{7,20}")
_KANJI = "佐伊高中山川田村木林石井上下大小原島野谷"


class Scrubber:
    """Replaces `secrets` and `people` wherever they stand.

    `people` are values of our records. Systems write them otherwise (with capitals, spaces, another
    country code), so every text that stands for one of them is replaced as well. `private` are
    names of fields whose texts are replaced, whatever they are.
    """

    def __init__(
        self, secrets: Iterable[str], people: Iterable[str], private: Iterable[str] = ()
    ) -> None:
        self._private = frozenset(private)
        self._secrets = tuple(sorted(set(secrets), key=len, reverse=True))
        self._known: dict[str, str] = {}
        for value in people:
            for part in {value, *value.split()}:
                self._known[_plain(part)] = part

    def text(self, text: str) -> str:
        """One value without what must not be told."""
        for secret in self._secrets:
            text = text.replace(secret, _SCRUBBED)
        if _plain(text) in self._known:
            return fake(text)
        for plain in sorted(self._known, key=len, reverse=True):
            if len(plain) >= _SHORTEST and plain in text.casefold():
                text = re.sub(re.escape(plain), lambda it: fake(it[0]), text, flags=re.IGNORECASE)
        return text

    def value(self, value: Any) -> Any:
        """Decoded JSON without what must not be told."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list | tuple):
            return [self.value(it) for it in value]
        if isinstance(value, Mapping):
            return {name: self._field(name, it) for name, it in value.items()}
        return value

    def _field(self, name: str, value: Any) -> Any:
        if isinstance(value, str) and _SECRET_FIELD.search(name):
            return _SCRUBBED
        if isinstance(value, str) and name in self._private:
            return fake(value)
        return self.value(value)

    def body(self, body: bytes) -> bytes:
        """A body without it: JSON and XML by their values, anything else as text."""
        try:
            return msgspec.json.encode(self.value(msgspec.json.decode(body)))
        except (msgspec.DecodeError, UnicodeDecodeError):
            pass
        try:
            root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
        except (etree.XMLSyntaxError, ValueError):
            return self.text(body.decode(errors="replace")).encode()
        for element in root.iter(etree.Element):
            if element.text:
                element.text = self._field(etree.QName(element).localname, element.text)
            for name, held in element.attrib.items():
                element.set(name, self.text(str(held)))
        return etree.tostring(root, xml_declaration=True, encoding="utf-8")

    def target(self, target: str) -> str:
        """A path and query without it, however it is percent-encoded."""
        for secret in self._secrets:
            for form in {secret, quote(secret, safe=""), quote_plus(secret)}:
                target = target.replace(form, _SCRUBBED)
        for part in self._known.values():
            for encode in (str, quote, lambda it: quote(it, safe=""), quote_plus):
                if len(part) >= _SHORTEST:
                    target = target.replace(encode(part), encode(fake(part)))
        return target

    def request(self, request: HttpRequest) -> HttpRequest:
        """A request without it, and without headers: what they hold is who we are."""
        return HttpRequest(request.method, self.target(request.target), {}, self.body(request.body))

    def answer(self, answer: HttpAnswer) -> HttpAnswer:
        """An answer without it."""
        headers = {name: self.text(it) for name, it in answer.headers.items()}
        kept = {name: it for name, it in headers.items() if name not in _DROPPED}
        return HttpAnswer(answer.status, kept, self.body(answer.body))


def fake(text: str) -> str:
    """Another text of the same shape: letters for letters, digits for digits, signs as they are.

    The host of an e-mail address becomes example.com. Of a number only the last digits change, and
    they change alike in every way of writing it.
    """
    if "@" in text:
        name = text.partition("@")[0]
        return f"{_shaped(name, _seed(text))}@example.com"
    if _PHONE.fullmatch(text):
        return _numbered(text)
    return _shaped(text, _seed(text))


def _numbered(text: str) -> str:
    digits = [it for it in text if it.isdigit()]
    seed = _seed("".join(digits[-_NUMBER_TAIL:]))
    left, made = len(digits), []
    for character in text:
        if character.isdigit():
            left -= 1
            made.append(str(seed[left] % 10) if left < _NUMBER_TAIL else character)
        else:
            made.append(character)
    return "".join(made)


def _shaped(text: str, seed: bytes) -> str:
    return "".join(_other(it, seed[place % len(seed)]) for place, it in enumerate(text))


def _other(character: str, number: int) -> str:
    if character.isdigit():
        return str(number % 10)
    if not character.isalpha():
        return character
    if not character.isascii():
        return _KANJI[number % len(_KANJI)]
    letter = chr(ord("a") + number % 26)
    return letter.upper() if character.isupper() else letter


def _seed(text: str) -> bytes:
    return hashlib.sha256(text.casefold().encode()).digest()


def _plain(text: str) -> str:
    """What is the same in every way of writing a value: of a number, its last digits."""
    if _PHONE.fullmatch(text):
        return "".join(it for it in text if it.isdigit())[-9:]
    return text.strip().casefold()
