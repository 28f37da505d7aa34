"""One list of orders out of several systems': a k-way merge by (placed at, id), newest first."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from gateway.engine.fanout import together
from gateway.engine.routing import Routes
from gateway.engine.source import Source
from schema.domain.errors import SourceError, Unavailable
from schema.domain.order import OrderPosition, OrderQuery, OrderRecord
from schema.domain.scope import RequestScope, SourceGap

# A system that answers page after page without coming to the rows asked for is cut off, but not
# because pages are so short that a few orders placed in one second fill them all.
_ROUNDS_MAX = 20
_ROWS_MIN = 20
_BEGINNING = datetime.min.replace(tzinfo=UTC)


class Lane:
    """One system's list on its way into the merge."""

    def __init__(
        self,
        source: Source,
        routes: Routes,
        query: OrderQuery,
        after: OrderPosition | None,
        hint: str | None,
    ) -> None:
        self.source = source
        self.failure: SourceError | None = None
        self.rows: dict[OrderPosition, tuple[OrderRecord, str | None]] = {}
        self._routes = routes
        self._query = query
        self._after = after
        self._place = after
        self._hint = hint
        self._ended = False

    @property
    def horizon(self) -> datetime:
        """Rows newer than this are all known; further pages bring only this moment and older."""
        if self.is_over:
            return _BEGINNING
        return self.reached or datetime.max.replace(tzinfo=UTC)

    @property
    def is_over(self) -> bool:
        """Whether no more rows are to come."""
        return self._ended or self.failure is not None

    @property
    def reached(self) -> datetime | None:
        """How far down the list this lane has come; None at the beginning."""
        return self._place.placed_at if self._place else None

    @property
    def next_hint(self) -> str | None:
        """Where this lane itself would go on."""
        return self._hint

    def cut_off(self) -> None:
        """Go on without the rows that this lane still owes."""
        self.failure = Unavailable(
            f"{_ROUNDS_MAX} pages did not come to the rows asked for", source=self.source.name
        )

    async def advance(self, scope: RequestScope, limit: int) -> None:
        """Fetch one page more. A failure ends the lane, and stands in `failure`."""
        try:
            page = await self.source.call(
                scope,
                lambda ctx: self.source.connector.order_page(
                    ctx, self._query, after=self._place, hint=self._hint, limit=limit
                ),
            )
        except SourceError as error:
            self.failure = error
            return
        for row in page.rows:
            position = OrderPosition.of(row)
            past = self._after is None or position < self._after
            if past and self._routes.is_owner(row):
                # A row's hint is the one its page was asked with: the page holds rows behind it.
                self.rows.setdefault(position, (row, self._hint))
        if page.rows:
            last = OrderPosition.of(page.rows[-1])
            self._place = min(self._place or last, last)
        self._hint = page.hint
        self._ended = page.hint is None


class Merge:
    """Runs the lanes until enough rows are certain."""

    def __init__(self, lanes: Sequence[Lane]) -> None:
        self._lanes = lanes

    async def run(self, scope: RequestScope, count: int) -> Sequence[OrderRecord]:
        """Return the next `count` orders.

        Shape: fewer at the end of all lists that answered, or when `has_more` says so; none only
        at the end.
        """
        # One row more shows that the last one is not the first of several of its moment.
        limit = max(count + 1, _ROWS_MIN)
        certain = self._certain()
        for _ in range(_ROUNDS_MAX):
            if len(certain) >= count or not self.has_more:
                break
            await together([it.advance(scope, limit) for it in self._behind()])
            certain = self._certain()
        while not certain and self.has_more:
            for lane in self._behind():
                lane.cut_off()
            certain = self._certain()
        return certain[:count]

    @property
    def has_more(self) -> bool:
        """Whether a system may have rows that were not fetched."""
        return not all(it.is_over for it in self._lanes)

    def hints(self, given: Sequence[OrderRecord]) -> Mapping[str, str]:
        """For each system, the hint of the page that holds its first row not yet given."""
        done = {OrderPosition.of(row) for row in given}
        hints: dict[str, str] = {}
        for lane in self._lanes:
            rest = [position for position in lane.rows if position not in done]
            hint = lane.rows[max(rest)][1] if rest else lane.next_hint
            if hint is not None:
                hints[lane.source.name] = hint
        return hints

    def gaps(self, newest: datetime | None, oldest: datetime | None) -> tuple[SourceGap, ...]:
        """The systems whose rows between the two moments are left out.

        Where one has failed on the way, its gap begins where it had come to.
        """
        return tuple(
            SourceGap(lane.source.name, lane.failure.code, lane.reached or newest, oldest)
            for lane in self._lanes
            if lane.failure
        )

    @property
    def failure(self) -> SourceError | None:
        """The failure of the whole list: every lane's, before one had a row."""
        failures = [lane.failure for lane in self._lanes if lane.failure and not lane.rows]
        return failures[0] if failures and len(failures) == len(self._lanes) else None

    def _behind(self) -> Sequence[Lane]:
        """The lanes that hold the others' rows back."""
        behind = max(it.horizon for it in self._lanes)
        return [it for it in self._lanes if it.horizon == behind]

    def _certain(self) -> list[OrderRecord]:
        horizon = max((it.horizon for it in self._lanes), default=_BEGINNING)
        known = {position: row for it in self._lanes for position, (row, _) in it.rows.items()}
        return [
            known[position]
            for position in sorted(known, reverse=True)
            if position.placed_at > horizon
        ]
