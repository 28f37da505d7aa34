from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gateway.engine.crosswalk import Crosswalk
from schema.domain.move import Move
from schema.domain.reference import GlobalId, SourceRef

OLD, MID, NEW = SourceRef("pos", "1"), SourceRef("oms", "A1"), SourceRef("hub", "x-1")


def test_a_record_that_never_moved_is_itself() -> None:
    """Its id stands for the reference, and it lives where it says."""
    crosswalk = Crosswalk()

    assert GlobalId("Order", ("pos", "1")).text == crosswalk.give("Order", OLD)
    assert OLD == crosswalk.locate("Order", OLD)


def test_an_id_outlives_moves() -> None:
    """After two moves every reference gives the first id, and leads to where the record is now."""
    crosswalk = Crosswalk([Move("Order", OLD, MID), Move("Order", MID, NEW)])
    first = GlobalId("Order", ("pos", "1")).text

    assert [first] * 3 == [crosswalk.give("Order", ref) for ref in (OLD, MID, NEW)]
    assert [NEW] * 3 == [crosswalk.locate("Order", ref) for ref in (OLD, MID, NEW)]


def test_a_move_is_of_one_kind() -> None:
    """A customer with the same reference has not moved with the order."""
    crosswalk = Crosswalk([Move("Order", OLD, NEW)])

    assert OLD == crosswalk.locate("Customer", OLD)
    assert GlobalId("Customer", ("hub", "x-1")).text == crosswalk.give("Customer", NEW)


def test_what_the_database_holds_replaces_what_was_known() -> None:
    """A move that is gone is forgotten."""
    crosswalk = Crosswalk([Move("Order", OLD, NEW)])
    crosswalk.replace([])

    assert OLD == crosswalk.locate("Order", OLD)


@given(st.lists(st.integers(1, 6), max_size=4), st.integers(0, 5))
def test_every_reference_of_a_chain_is_one_record(lengths: list[int], pick: int) -> None:
    """Whatever moved how often, all references of one record give one id and one place."""
    chains = [
        [SourceRef(f"s{step}", str(number)) for step in range(length + 1)]
        for number, length in enumerate(lengths)
    ]
    moves = [Move("Order", *pair) for refs in chains for pair in pairwise(refs)]
    crosswalk = Crosswalk(moves)

    assert [1] * len(chains) == [
        len({(crosswalk.give("Order", it), crosswalk.locate("Order", it)) for it in refs})
        for refs in chains
    ]
    assert all(refs[-1] == crosswalk.locate("Order", refs[pick % len(refs)]) for refs in chains)
