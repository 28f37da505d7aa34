"""The exact way: the values of one field completed one by one, as the specification says."""

from collections.abc import AsyncIterable, Awaitable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    Undefined,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution import Executor as CoreExecutor
from graphql.execution.executor import invalid_return_type_error
from graphql.pyutils import is_async_iterable, is_awaitable, is_iterable

from gateway.execution.frame import Frame, Place
from gateway.execution.plan import FieldPlan

if TYPE_CHECKING:
    from gateway.execution.run import Run

Slot = tuple[Any, Any]
"""A list or an object, and where in it the value goes."""


class Completion:
    """Completes one field's values, and expands their objects when the last of them is there."""

    def __init__(self, run: "Run", frame: Frame, field: FieldPlan) -> None:
        self._run = run
        self._frame = frame
        self._field = field
        self._infos: dict[int, GraphQLResolveInfo[Any]] = {}
        # One for the loop that fills it, and one for each promise.
        self._open = 1
        self._objects: dict[GraphQLObjectType, list[tuple[Any, Slot, Place]]] = {}

    def info(self, number: int) -> GraphQLResolveInfo[Any]:
        """What the resolver of one parent is told."""
        found = self._infos.get(number)
        if found is None:
            path = self._frame.field_path(number, self._field)
            found = self._infos[number] = self._run.info(self._field, path)
        return found

    def resolved(self, number: int, value: Any) -> None:
        """Take what a resolver returned."""
        slot = (self._frame.dicts[number], self._field.key)
        self._value(slot, self._field.type, value, (number, ()))

    def failed(self, number: int, error: Exception) -> None:
        """Take what a resolver raised."""
        self._fail((self._frame.dicts[number], self._field.key), (number, ()), error)

    def close(self) -> None:
        """No more values come, but for what was promised."""
        self._open -= 1
        if self._open:
            return
        for type_, members in self._objects.items():
            self._expand(type_, members)

    def _expand(self, type_: GraphQLObjectType, members: list[tuple[Any, Slot, Place]]) -> None:
        try:
            selection = self._run.plan.selection(self._field, type_)
        except Exception as error:  # noqa: BLE001 - each object's
            for _, slot, place in members:
                self._fail(slot, place, error)
            return
        sources = [source for source, _, _ in members]
        places = [[place] for _, _, place in members]
        frame = Frame(selection, sources, self._frame, self._field, places)
        self._run.expand(frame)
        for (_, (container, key), _), answer in zip(members, frame.dicts, strict=True):
            container[key] = answer

    def _fail(self, slot: Slot, place: Place, error: Exception, *, after: bool = False) -> None:
        container, key = slot
        container[key] = None
        number, indices = place
        self._run.fail(self._frame, number, self._field, indices, error, after=after)

    def _wait(self, promise: Awaitable[Any], then: Any, slot: Slot, place: Place) -> None:
        """Go on with `then` when the promise is kept."""
        self._open += 1

        def kept(value: Any) -> None:
            try:
                then(value)
            except Exception as error:  # noqa: BLE001 - it is the value's
                self._fail(slot, place, error)
            self.close()

        def broken(error: Exception) -> None:
            self._fail(slot, place, error)
            self.close()

        self._run.waiting.add(promise, kept, broken)

    def _value(self, slot: Slot, type_: Any, value: Any, place: Place) -> bool:
        """Complete a value that may be a promise. False: it failed already."""
        if is_awaitable(value):
            slot[0][slot[1]] = None
            self._wait(value, partial(self._complete, slot, type_, place=place), slot, place)
            return True
        try:
            self._complete(slot, type_, value, place)
        except Exception as error:  # noqa: BLE001 - it is the value's
            self._fail(slot, place, error)
            return False
        return True

    def _complete(self, slot: Slot, type_: Any, value: Any, place: Place) -> None:
        """Put a value where it belongs. Raises what makes it null."""
        if isinstance(value, Exception):
            raise value
        is_required = isinstance(type_, GraphQLNonNull)
        if is_required:
            type_ = type_.of_type
        container, key = slot
        if value is None or value is Undefined:
            if is_required:
                field = self._field
                raise TypeError(
                    f"Cannot return null for non-nullable field {field.parent}.{field.name}."
                )
            container[key] = None
        elif isinstance(type_, GraphQLList):
            self._list(slot, type_.of_type, value, place)
        elif is_leaf_type(type_):
            container[key] = CoreExecutor.complete_leaf_value(type_, value)
        elif is_abstract_type(type_):
            self._abstract(slot, type_, value, place)
        else:
            self._object(slot, type_, value, place)

    # -- lists -----------------------------------------------------------------

    def _list(self, slot: Slot, item_type: Any, value: Any, place: Place) -> None:
        if is_async_iterable(value):
            slot[0][slot[1]] = None
            items = self._async_items(slot, item_type, value, place)
            self._wait(items, _nothing, slot, place)
            return
        if not is_iterable(value):
            field = self._field
            raise GraphQLError(
                f"Expected Iterable, but did not find one for field '{field.parent}.{field.name}'."
            )
        answer: list[Any] = []
        slot[0][slot[1]] = answer
        iterator = iter(value)
        while True:
            try:
                item = next(iterator)
            except StopIteration:
                return
            except Exception as error:  # noqa: BLE001 - it is the list's
                self._fail(slot, place, error, after=True)
                return
            if not self._item(answer, item_type, item, place):
                return

    async def _async_items(
        self, slot: Slot, item_type: Any, value: AsyncIterable[Any], place: Place
    ) -> None:
        answer: list[Any] = []
        iterator = value.__aiter__()
        slot[0][slot[1]] = answer
        try:
            while True:
                try:
                    item = await anext(iterator)
                except StopAsyncIteration:
                    return
                except Exception as error:  # noqa: BLE001 - it is the list's
                    self._fail(slot, place, error, after=True)
                    break
                if not self._item(answer, item_type, item, place):
                    break
        except BaseException:
            await _close(iterator)
            raise
        await _close(iterator)

    def _item(self, answer: list[Any], item_type: Any, item: Any, place: Place) -> bool:
        """Complete an item. False: no further item can change that the list is null."""
        number, indices = place
        index = len(answer)
        answer.append(None)
        kept = self._value((answer, index), item_type, item, (number, (*indices, index)))
        return kept or not (isinstance(item_type, GraphQLNonNull) and self._run.plan.propagates)

    # -- objects -----------------------------------------------------------------

    def _abstract(self, slot: Slot, type_: Any, value: Any, place: Place) -> None:
        resolve_type = type_.resolve_type or self._run.type_resolver
        info = self.info(place[0])
        name = resolve_type(value, info, type_)

        def then(name: Any) -> None:
            found = self._run.core.ensure_valid_runtime_type(
                name, type_, self._field.details, info, value
            )
            self._object(slot, found, value, place)

        if is_awaitable(name):
            slot[0][slot[1]] = None
            self._wait(name, then, slot, place)
        else:
            then(name)

    def _object(self, slot: Slot, type_: GraphQLObjectType, value: Any, place: Place) -> None:
        slot[0][slot[1]] = None
        is_type = type_.is_type_of(value, self.info(place[0])) if type_.is_type_of else True

        def then(is_type: Any) -> None:
            if not is_type:
                raise invalid_return_type_error(type_, value, self._field.details)
            self._objects.setdefault(type_, []).append((value, slot, place))

        if is_awaitable(is_type):
            self._wait(is_type, then, slot, place)
        else:
            then(is_type)


def _nothing(_: None) -> None:
    """The items have been taken one by one."""


async def _close(iterator: Any) -> None:
    close = getattr(iterator, "aclose", None)
    if close is not None:
        with suppress(Exception):  # what went before is what counts
            await close()
