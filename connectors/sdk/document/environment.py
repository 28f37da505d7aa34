"""Values that come from environment variables."""

import re
from collections.abc import Mapping

_REFERENCE = re.compile(
    r"\$\$(?=\{)|\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?P<fallback>:-[^{}]*)?\}|(?P<open>\$\{)"
)
SECRET_MIN = 4  # characters; a shorter value says too little, and is in too many words


class Environment:
    """Puts variables in the place of `${NAME}` and `${NAME:-fallback}`; `$${` is a plain `${`."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._used: dict[str, str] = {}

    def substitute(self, text: str) -> tuple[str, str | None]:
        """Return the text with its variables' values, and what is wrong with it, if anything."""
        if "$" not in text:
            return text, None
        wrong = [told for match in _REFERENCE.finditer(text) if (told := self._wrong(match))]
        if wrong:
            return text, "; ".join(dict.fromkeys(wrong))
        return _REFERENCE.sub(self._value, text), None

    def veiled(self, message: str) -> str:
        """The message, with the variable's name in the place of every value that came from one."""
        for name, value in self._used.items():
            if len(value) >= SECRET_MIN:
                message = message.replace(value, f"${{{name}}}")
        return message

    def _wrong(self, match: re.Match[str]) -> str | None:
        if match["open"]:
            return "expected ${NAME} or ${NAME:-fallback}; write $${ for a plain ${"
        name = match["name"]
        if name is None or match["fallback"] is not None or name in self._variables:
            return None
        return f"the environment variable {name} is not set; set it, or write ${{{name}:-fallback}}"

    def _value(self, match: re.Match[str]) -> str:
        name = match["name"]
        if name is None:
            return "$"
        if value := self._variables.get(name, ""):
            self._used[name] = value
        return value or (match["fallback"] or "")[2:]
