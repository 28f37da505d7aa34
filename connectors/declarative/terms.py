"""What a mapping is compiled with: the source's name, the tables, and the configuration."""

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from connectors.declarative.conversion import UnfitError
from connectors.declarative.template import ABSENT, names, text_of


class MappingError(Exception):
    """A mapping that cannot be compiled. `key` leads to what is wrong within the record."""

    def __init__(self, key: tuple[str, ...], message: str) -> None:
        super().__init__(message)
        self.key = key
        self.message = message


class Terms(Struct, frozen=True):
    """The terms of one configured source, or, where `is_trial`, of none yet.

    `maps` are the config's, ours to theirs. On trial nothing of the configuration is known, and
    only what the file says itself is tried. `customers` is the source whose customer ids it uses.
    """

    source: str
    enums: Mapping[str, Mapping[str, Any]]
    values: Mapping[str, Any]
    folder: Path
    is_trial: bool = False
    customers: str | None = None

    def filled(self, text: str, *, trial: str) -> str:
        """A text with the configuration's values; on trial, what stands in for it.

        Raises:
            ValueError: Its placeholder has no value.
        """
        if self.is_trial and any(names(text)):
            return trial
        found = text_of(text)(self.values)
        if found is ABSENT:
            raise ValueError("the configuration has no value for it")
        return str(found)

    def zone(self, text: str) -> ZoneInfo:
        """A time zone.

        Raises:
            ValueError: There is none of this name.
        """
        try:
            return ZoneInfo(self.filled(text, trial="UTC"))
        except (OSError, LookupError):
            raise ValueError("expected an IANA time zone, such as Asia/Tokyo") from None

    def backwards(self, name: str) -> Mapping[str, str]:
        """A config map, theirs to ours."""
        given: Mapping[str, str] = self.values.get(f"config.{name}") or {}
        return {theirs: ours for ours, theirs in given.items()}

    def function(self, name: str) -> Callable[[Any], Any]:
        """A function of the author's, from a module beside the file or an installed one.

        Raises:
            ValueError: There is none.
        """
        module, _, attribute = name.partition(":")
        found: Any = getattr(_module(module, self.folder), attribute, None)
        if not callable(found):
            raise UnfitError(f"{module} has no function {attribute}")
        function: Callable[[Any], Any] = found
        return function


def _module(name: str, folder: Path) -> Any:
    beside = folder / f"{name}.py"
    try:
        spec = spec_from_file_location(name, beside) if beside.is_file() else None
        if spec is None or spec.loader is None:
            return import_module(name)
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
    except Exception as error:
        raise ValueError(f"{name} cannot be imported: {type(error).__name__}") from error
    return module
