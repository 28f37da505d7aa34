"""What an operation costs, as a form that each request's variables fill in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gateway.execution.sizes import MOST
from gateway.execution.weights import Size


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sum stands among the `Sums`."""

    at: int


@dataclass(frozen=True, slots=True)
class Term:
    """`factor`, times a size that a variable says, times the sum at the place `beneath`."""

    factor: int
    size: Size | None = None
    beneath: int | None = None


@dataclass(slots=True)
class Sum:
    """A number, and terms that depend on variables."""

    constant: int = 0
    terms: list[Term] = field(default_factory=list)

    def add(self, amount: int) -> None:
        """Add a number."""
        self.constant = min(self.constant + amount, MOST)

    def add_times(self, size: int | Size, beneath: int | Place) -> None:
        """Add what stands beneath, so many times."""
        if isinstance(beneath, Place):
            factor, named = (size, None) if isinstance(size, int) else (1, size)
            self.terms.append(Term(factor, named, beneath.at))
        elif isinstance(size, int):
            self.add(size * beneath)
        else:
            # Also where nothing beneath costs: the size itself is bounded.
            self.terms.append(Term(beneath, size))


class Sums:
    """The sums of a document. Each stands behind those it refers to, and is there once.

    A fragment that is spread in many places is one sum that many terms refer to, so that there are
    never more terms than the document has fields and spreads.
    """

    def __init__(self) -> None:
        self._kept: list[Sum] = []

    def keep(self, it: Sum) -> int | Place:
        """What stands for a sum that is complete: its number, or its place."""
        if not it.terms:
            return it.constant
        only = it.terms[0].beneath
        if only is not None and it == Sum(0, [Term(1, None, only)]):
            return Place(only)  # a field or a spread that costs nothing of its own
        self._kept.append(it)
        return Place(len(self._kept) - 1)

    def cost(self, it: int | Place) -> "Cost":
        """The form of one sum, with what it refers to and nothing else."""
        if isinstance(it, int):
            return Cost(it, ())
        needed = {it.at}
        for at in range(it.at, -1, -1):
            if at in needed:
                needed.update(t.beneath for t in self._kept[at].terms if t.beneath is not None)
        order = {at: new for new, at in enumerate(sorted(needed))}
        return Cost(0, [_moved(self._kept[at], order) for at in order])


class Cost:
    """What an operation costs, by the `sizes` that variables say."""

    def __init__(self, constant: int, sums: Sequence[Sum]) -> None:
        self._constant = constant
        order: dict[Size | None, int] = {}
        for it in sums:
            for term in it.terms:
                if term.size is not None:
                    order.setdefault(term.size, len(order))
        self._sums = [
            (it.constant, [(t.factor, order.get(t.size), t.beneath) for t in it.terms])
            for it in sums
        ]
        self.sizes = [it for it in order if it is not None]

    def of(self, sizes: Sequence[int]) -> int:
        """The cost with these sizes, which stand as in `sizes`; `MOST` is all above it."""
        sums: list[int] = []
        for constant, terms in self._sums:
            total = constant
            for factor, size, beneath in terms:
                amount = factor if size is None else factor * sizes[size]
                total += amount if beneath is None else amount * sums[beneath]
            sums.append(min(total, MOST))
        return sums[-1] if sums else self._constant


def _moved(it: Sum, order: Mapping[int, int]) -> Sum:
    """The sum with the places of others in a new order."""
    return Sum(
        it.constant,
        [Term(t.factor, t.size, None if t.beneath is None else order[t.beneath]) for t in it.terms],
    )
