"""All sales in memory, found by receipt, by time and by member."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from gateway.demo.pos.sale import Sale, Tender

Entry = tuple[str, str]  # local time and receipt number, by which lists are ordered

_ABOVE_ALL = "~"  # sorts behind every digit


class Choice(Struct, frozen=True):
    """Which sales are asked for; None lets every sale through. Both times are inclusive."""

    stores: frozenset[str] | None = None
    member: str | None = None
    since: str = ""
    until: str = _ABOVE_ALL


class Ledger:
    """The sales. Times of all stores stand in one order, though their clocks differ."""

    def __init__(self, sales: Iterable[Sale]) -> None:
        self._sales: dict[str, Sale] = {}
        self._stores: dict[str, list[Entry]] = {}
        self._members: dict[str, list[Entry]] = {}
        for sale in sales:
            self.put(sale)

    def sale(self, receipt: str) -> Sale | None:
        """The sale of a receipt."""
        return self._sales.get(receipt)

    def put(self, sale: Sale) -> None:
        """Enter a sale; one with the same receipt is replaced."""
        if (before := self._sales.get(sale.rcp_no)) is not None:
            for entries in self._lists(before):
                entries.remove(_entry(before))
        self._sales[sale.rcp_no] = sale
        for entries in self._lists(sale):
            insort(entries, _entry(sale))

    def tender(self, receipt: str, tender: Tender) -> int | None:
        """Note money of a sale, once for each reference; return the tender's place, from 1 on.

        None where there is no such sale, or where something else has the reference.
        """
        sale = self._sales.get(receipt)
        if sale is None:
            return None
        for place, known in enumerate(sale.tnd, start=1):
            if known.ref == tender.ref:
                return place if known == tender else None
        self._sales[receipt] = replace(sale, tnd=(*sale.tnd, tender))
        return len(sale.tnd) + 1

    def page(self, choice: Choice, page: int, size: int) -> tuple[Sequence[Sale], bool]:
        """The sales of a page, newest first, and whether there are more; pages count from 1.

        In the same second the greater receipt number is first.
        """
        start = (page - 1) * size
        found = list(islice(self._chosen(choice), start, start + size + 1))
        return found[:size], len(found) > size

    def _chosen(self, choice: Choice) -> Iterator[Sale]:
        if choice.member is not None:
            lists = [self._members.get(choice.member, [])]
        else:
            lists = [
                entries
                for number, entries in self._stores.items()
                if choice.stores is None or number in choice.stores
            ]
        newest_first = (_downwards(entries, choice) for entries in lists)
        for _, receipt in merge(*newest_first, reverse=True):
            sale = self._sales[receipt]
            if choice.stores is None or sale.str_cd in choice.stores:
                yield sale

    def _lists(self, sale: Sale) -> Sequence[list[Entry]]:
        in_store = self._stores.setdefault(sale.str_cd, [])
        if not sale.mbr_no:
            return (in_store,)
        return in_store, self._members.setdefault(sale.mbr_no, [])


def _downwards(entries: Sequence[Entry], choice: Choice) -> Iterator[Entry]:
    first = bisect_left(entries, (choice.since, ""))
    last = bisect_right(entries, (choice.until, _ABOVE_ALL))
    return (entries[at] for at in range(last - 1, first - 1, -1))


def _entry(sale: Sale) -> Entry:
    return sale.sls_dt, sale.rcp_no
